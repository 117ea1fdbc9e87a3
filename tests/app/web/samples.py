"""Made-up but realistic views of every page, shared by the gallery and the tests of rendering."""
# ruff: noqa: FBT003 (sample values, as they come)

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.web.shaping.passages import region_view
from app.web.views.board import BoardPage
from app.web.views.conflicts import ConflictPage, Stretch, StretchLine
from app.web.views.context import ContextPage
from app.web.views.drift import (
    ChangeRow,
    Choice,
    FindingList,
    Overview,
)
from app.web.views.frame import Frame, Place
from app.web.views.gates import GateList
from app.web.views.history import DiffLine, DiffPage, DiffRow, History, HistoryRow, Span
from app.web.views.people import (
    ErrorPage,
    LimitsPage,
    LoginPage,
    MembersPage,
    ProjectRow,
    ProjectsPage,
    Sent,
    TokensPage,
    WelcomePage,
)
from app.web.views.proposals import ProposalList
from app.web.views.search import SearchPage, TagList
from app.web.views.specs import (
    Editor,
    SpecList,
)
from app.web.views.tasks import TaskList
from specs.access import IssuedToken, Member, Role, Scope, Token
from specs.conflicts import Region
from specs.limits import QUOTAS, LimitKind, settle
from specs.merging import Conflict, Reason, Suggestion
from specs.policy.records import Freeze
from specs.revision import Actor, ActorKind
from tests.app.web import (
    admin_samples,
    context_samples,
    gate_samples,
    inbox_samples,
    picture_samples,
    proposal_samples,
    report_samples,
    repository_samples,
    task_samples,
)
from tests.app.web.drift_samples import (
    ACTS,
    CHART,
    CHIPS,
    FAILED,
    FILTERS,
    FINDING,
    LINES,
    REPOSITORY,
)
from tests.app.web.sample_basics import ANA, BOT, NOW, frame, revision
from tests.app.web.spec_samples import AUTHORS, DIFF, REVISIONS, SEARCH, SPEC, SPECS, TAG, TAGS, TEXT, UNREAD

TOKENS = TokensPage(
    (
        Token(
            UUID(int=5),
            "refund-agent",
            "hf_k3j2h1aa",
            BOT,
            UUID(int=7),
            frozenset({Scope.READ, Scope.CONTEXT}),
            NOW,
            NOW + timedelta(days=80),
            None,
            NOW - timedelta(minutes=9),
        ),
        Token(
            UUID(int=6), "ci", "hf_aab2c3dd", BOT, UUID(int=7), frozenset({Scope.CHECK}), NOW, NOW - timedelta(days=1)
        ),
    ),
    NOW,
    IssuedToken(
        Token(UUID(int=8), "ci", "hf_zz", BOT, UUID(int=7), frozenset({Scope.READ}), NOW, NOW),
        "hf_zzk2c3dd_q4v7y2m5x8b3n6c9",
    ),
    "http://127.0.0.1:8000",
)
MEMBERS = (
    Member(ANA, Role.ADMIN, "ana"),
    Member(Actor(UUID(int=4), "Tomás Ibarra", ActorKind.HUMAN), Role.EDITOR, "tomas"),
    Member(BOT, Role.EDITOR),
)
PEOPLE = Frame("Log in", csrf="csrf-sample")
PAGES: dict[str, tuple[str, Frame, object]] = {
    **admin_samples.PAGES,
    **repository_samples.PAGES,
    **picture_samples.PAGES,
    "login": (
        "login.html",
        PEOPLE,
        LoginPage("ana", "/", "Login or password is wrong.", "After ten tries, wait a minute."),
    ),
    "welcome": ("welcome.html", PEOPLE, WelcomePage()),
    "error": (
        "error.html",
        Frame("Not now"),
        ErrorPage(
            503,
            "Holdfast cannot reach its database",
            "The database does not answer.",
            "Everything that was acknowledged is safe; what you were writing is kept in your browser.",
            "Try again in a few seconds.",
            "6f1c0d",
            "/p/payments/specs",
            "/p/payments",
        ),
    ),
    "projects": (
        "projects.html",
        frame("Projects"),
        ProjectsPage(
            (
                ProjectRow("payments", "Payments", "broken", 42, 7, NOW - timedelta(hours=5)),
                ProjectRow("holdfast", "Holdfast", "kept", 9, 0, NOW - timedelta(days=1)),
            ),
            True,
        ),
    ),
    "inbox": ("inbox.html", frame("Inbox", Place.INBOX), inbox_samples.INBOX),
    "inbox-others": ("inbox.html", frame("Inbox", Place.INBOX), inbox_samples.OTHERS),
    "inbox-empty": ("inbox.html", frame("Inbox", Place.INBOX), inbox_samples.EMPTY),
    "overview": (
        "overview.html",
        frame("Overview", Place.OVERVIEW),
        Overview(
            total=42,
            broken=3,
            unmatched=1,
            opened=5,
            resolved=4,
            open=7,
            newly=2,
            acts=ACTS,
            clusters=9,
            since=NOW - timedelta(days=3),
            specs=(replace(SPECS[0], unread=UNREAD), *SPECS[1:]),
            changes=(
                ChangeRow(
                    "payments/architecture.md",
                    "Architecture of payments",
                    revision(7, ANA, "Say why the domain stays clean"),
                ),
            ),
            newest=LINES[:3],
            repositories=(REPOSITORY, FAILED),
            chart=CHART,
        ),
    ),
    "overview-warned": (
        "overview.html",
        frame("Overview", Place.OVERVIEW),
        Overview(4, 4, 0, 0, 0, 5, specs=SPECS, repositories=(REPOSITORY,), warned=True, warnings=5),
    ),
    "overview-new": ("overview.html", frame("Overview", Place.OVERVIEW), Overview(0, 0, 0, 0, 0, 0)),
    "specs": ("specs.html", frame("Specs", Place.SPECS), SpecList(SPECS, SPECS[-1:], checked=True)),
    "specs-empty": ("specs.html", frame("Specs", Place.SPECS), SpecList(())),
    "spec": ("spec.html", frame("Architecture of payments", Place.SPECS), SPEC),
    "search": ("search.html", frame("Search", Place.SPECS), SEARCH),
    "search-nothing": ("search.html", frame("Search", Place.SPECS), SearchPage("nowhere")),
    "tags": ("tags.html", frame("Tags", Place.SPECS), TAGS),
    "tags-empty": ("tags.html", frame("Tags", Place.SPECS), TagList(())),
    "tag": ("tag.html", frame("release-2.3", Place.SPECS), TAG),
    "edit": (
        "edit.html",
        frame("Edit", Place.SPECS),
        Editor("payments/architecture.md", "Architecture of payments", TEXT, "074f2a91", str(UUID(int=9))),
    ),
    "new": (
        "edit.html",
        frame("New spec", Place.SPECS),
        Editor("", "", "# \n", error="This path is in use.", hint="Choose another."),
    ),
    "conflict": (
        "conflict.html",
        frame("Conflict", Place.SPECS),
        ConflictPage(
            id=str(UUID(int=5)),
            path="payments/architecture.md",
            title="Architecture of payments",
            state="open",
            writer=ANA,
            head=revision(7, BOT, "Rename layers", hours=1),
            waiting=revision(8, ANA, "Say who else uses it"),
            text=TEXT.replace("batch jobs", "batch jobs and tests"),
            regions=(
                region_view(
                    1,
                    Region(
                        "0" * 16,
                        Conflict(
                            0,
                            "The domain must be usable from batch jobs.\n",
                            "The domain must be usable without a server.\n",
                            "The domain must be usable from batch jobs and tests.\n",
                            Reason.DEPENDENT,
                            (Suggestion("both", "Usable without a server.\nUsable from batch jobs and tests.\n"),),
                            "layering",
                            7,
                        ),
                        ours_by=(BOT,),
                        theirs_by=(ANA,),
                        ours_inferred=True,
                    ),
                ),
                region_view(2, Region("1" * 16, Conflict(1, "Old words.\n", "", "New words.\n", Reason.DELETED))),
            ),
            stretches=(
                Stretch(
                    (
                        StretchLine("# Architecture of payments"),
                        StretchLine(""),
                        StretchLine("Payments takes money.", "now", gone=True),
                        StretchLine("Payments takes money once and says so for ever.", "now"),
                    ),
                    3,
                    2,
                ),
                Stretch((StretchLine("## Time"),), 1),
                Stretch((StretchLine("The last words.", "waiting"),), 1, 0, 1),
            ),
            mine=True,
            may_withdraw=True,
            message="Say who else uses it",
            earlier=("Words of an earlier try.\n",),
            error="Not all of the conflict is decided.",
            hint="Choose wherever no choice is made yet.",
        ),
    ),
    "history": (
        "history.html",
        frame("History", Place.SPECS),
        History("payments/architecture.md", "Architecture of payments", REVISIONS, "abc"),
    ),
    "authors": ("authors.html", frame("Authors", Place.SPECS), AUTHORS),
    "diff-words": (
        "diff.html",
        frame("Difference", Place.SPECS),
        replace(
            DIFF,
            rows=(
                DiffRow("changed", None, DiffLine(3, (Span("On "), Span("was", gone=True), Span("is", changed=True)))),
            ),
            layout="words",
            head="f" * 64,
            restores=(DIFF.before.digest,),
        ),
    ),
    "history-filtered": (
        "history.html",
        frame("History", Place.SPECS),
        History(
            "payments/architecture.md",
            "Architecture of payments",
            (HistoryRow(REVISIONS[0].revision, tags=("release-2.3",)),),
            actors=(Choice(str(ANA.id), ANA.name),),
            tags=("release-2.3",),
            actor=str(ANA.id),
            kind="human",
            read=REVISIONS[0].revision.digest,
            head="f" * 64,
        ),
    ),
    "spec-changed": ("spec.html", frame("Architecture of payments", Place.SPECS), replace(SPEC, unread=UNREAD)),
    "specs-changed": (
        "specs.html",
        frame("Specs", Place.SPECS),
        SpecList((replace(SPECS[0], unread=UNREAD),), unread=1),
    ),
    "diff": ("diff.html", frame("Difference", Place.SPECS), DIFF),
    "diff-unified": (
        "diff.html",
        frame("Difference", Place.SPECS),
        DiffPage(DIFF.path, DIFF.title, DIFF.before, DIFF.after, DIFF.rows, 2, 2, "unified"),
    ),
    "proposals": ("proposals.html", frame("Proposals", Place.PROPOSALS), proposal_samples.listed((ANA, BOT), NOW)),
    "proposals-empty": ("proposals.html", frame("Proposals", Place.PROPOSALS), ProposalList((), (), waiting=True)),
    "proposal": ("proposal.html", frame("Refunds", Place.PROPOSALS), proposal_samples.page(BOT, ANA, NOW)),
    "proposal-conflicted": (
        "proposal.html",
        frame("Refunds", Place.PROPOSALS),
        proposal_samples.conflicted(ANA, ANA, NOW),
    ),
    "proposal-declined": ("proposal.html", frame("Refunds", Place.PROPOSALS), proposal_samples.declined(BOT, ANA, NOW)),
    "gates": ("gates.html", frame("Gates", Place.DRIFT), gate_samples.listed((ANA, BOT), NOW)),
    "gates-empty": ("gates.html", frame("Gates", Place.DRIFT), GateList((), ())),
    "gate": ("gate.html", frame("Gate", Place.DRIFT), gate_samples.one((ANA, BOT), NOW)),
    "board": ("board.html", frame("Board of tasks", Place.TASKS), task_samples.board((ANA, BOT), NOW)),
    "board-empty": ("board.html", frame("Board of tasks", Place.TASKS), BoardPage((), ())),
    "tasks": ("tasks.html", frame("Tasks", Place.TASKS), task_samples.listed((ANA, BOT), NOW)),
    "tasks-empty": ("tasks.html", frame("Tasks", Place.TASKS), TaskList((), ())),
    "task": ("task.html", frame("Task", Place.TASKS), task_samples.one((ANA, BOT), NOW)),
    "task-frozen": ("task.html", frame("Task", Place.TASKS), task_samples.frozen((ANA, BOT), NOW)),
    "findings": (
        "findings.html",
        frame("Drift", Place.DRIFT),
        FindingList(LINES, FILTERS, 31, "cursor=x", chips=CHIPS, text="print", first="state=open"),
    ),
    "finding": ("finding.html", frame("Finding", Place.DRIFT), FINDING),
    "context": ("context.html", frame("Context", Place.TASKS), context_samples.shown((ANA, BOT), NOW)),
    "context-empty": ("context.html", frame("Context", Place.TASKS), ContextPage(error="No.", hint="Try again.")),
    "reports": ("reports.html", frame("Reports", Place.REPORTS), report_samples.listed(NOW)),
    "reports-empty": ("reports.html", frame("Reports", Place.REPORTS), report_samples.empty()),
    "report": ("report.html", frame("Report", Place.REPORTS), report_samples.one(NOW)),
    "report-quiet": ("report.html", frame("Report", Place.REPORTS), report_samples.calm()),
    "behind": ("behind.html", frame("Findings of a report", Place.REPORTS), report_samples.listing(LINES, NOW)),
    "behind-none": ("behind.html", frame("Findings of a report", Place.REPORTS), report_samples.listing((), NOW)),
    "members": (
        "members.html",
        frame("Members", Place.SETTINGS),
        MembersPage(
            MEMBERS,
            NOW,
            sent=Sent("noor@example.org", NOW, "http://127.0.0.1:8000/welcome#abcdefgh", mailed=True, by_mail=True),
            frozen={MEMBERS[-1].actor.id: Freeze(MEMBERS[-1].actor, NOW, NOW, "It failed five times in a row.")},
        ),
    ),
    "tokens": ("tokens.html", frame("Tokens", Place.SETTINGS), TOKENS),
    "limits": (
        "limits.html",
        frame("Limits", Place.SETTINGS),
        LimitsPage(
            settle(LimitKind.QUOTA, {"specs": 500}, {}, dict.fromkeys(QUOTAS, 7)),
            settle(LimitKind.RETENTION, {}, {"receipts": 0}),
            may_set_quotas=True,
        ),
    ),
}
