"""A project with a spec and two reviewers, and what is done with proposals again and again."""

from dataclasses import dataclass
from uuid import UUID

from specs.access import Principal
from specs.proposals.delta import Operation
from specs.proposals.draft import CommentDraft, Draft, ReviewDraft, SpecChange
from specs.proposals.proposal import Landed, Proposal, Why
from specs.proposals.state import Verdict
from tests.factories import World

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\nIn full.\n\n## Limits\n\nTen at most.\n"
NOBODY = UUID(int=7)
POLICY = """# Rules

```yaml policy
id: ours
event: proposal
when: author_kind == "agent"
then: review 1 from reviewer
why: We look at what agents write.
```
"""
RULES_TOO = SpecChange(Operation.CREATE, path="more.md", text=POLICY.replace("ours", "more"))


@dataclass
class Room:
    """A project with one spec, two reviewers (rita, rolf), and what is done with proposals again and again."""

    world: World
    spec: UUID
    rita: Principal
    rolf: Principal

    @property
    def project(self) -> UUID:
        return self.world.project.id

    async def text(self) -> str:
        return (await self.world.library.read(self.world.ada, self.project, self.spec)).text

    async def save(self, *pair: str) -> None:
        found = await self.world.library.read(self.world.ada, self.project, self.spec)
        text = found.text.replace(*pair)
        await self.world.library.save(self.world.ada, self.project, self.spec, base=found.spec.head, text=text)

    async def propose(self, *pair: str, by: Principal | None = None, **more: object) -> Proposal:
        base = await self.text()
        change = SpecChange(spec=self.spec, text=base.replace(*pair))
        return (await self.post(by or self.world.claude, change, **more)).proposal

    async def post(self, by: Principal, *changes: SpecChange, **more: object) -> Landed:
        draft = Draft("Mend it", changes, "It must hold.", **{"wait": True, **more})  # type: ignore[arg-type]
        return await self.world.proposals.propose(by, self.project, draft)

    async def approve(self, proposal: Proposal, by: Principal | None = None, **more: object) -> Landed:
        draft = ReviewDraft(Verdict.APPROVE, proposal.digest, **more)  # type: ignore[arg-type]
        return await self.world.proposals.review(by or self.rita, self.project, proposal.id, draft)

    async def decline(self, proposal: Proposal, by: Principal | None = None, body: str = "No.") -> Landed:
        draft = ReviewDraft(Verdict.DECLINE, proposal.digest, body)
        return await self.world.proposals.review(by or self.rita, self.project, proposal.id, draft)

    async def comment(self, proposal: Proposal, by: Principal, *comments: CommentDraft, body: str = "") -> None:
        draft = ReviewDraft(Verdict.COMMENT, body=body, comments=comments)
        await self.world.proposals.review(by, self.project, proposal.id, draft)

    async def get(self, proposal: Proposal, by: Principal | None = None) -> Proposal:
        return (await self.world.proposals.get(by or self.rita, self.project, proposal.id)).proposal

    async def turns(self, by: Principal) -> list[Why]:
        page = await self.world.proposals.list(by, self.project, mine=True)
        return [item.turn.why for item in page.items if item.turn]
