"""Made-up gates for the pages that show them."""

from datetime import datetime
from uuid import UUID

from app.web.views.drift import Choice, Filter
from app.web.views.gates import GateFinding, GateList, GatePage
from specs.access import Role
from specs.revision import Actor
from specs.rules.actions import Reviewers
from sync.gates.gate import Answer, Gate, GateReview, GateState


def gate(state: GateState, people: tuple[Actor, Actor], now: datetime, **more: object) -> Gate:
    ana, bot = people
    return Gate(
        id=UUID(int=7),
        project=UUID(int=1),
        digest="d" * 64,
        state=state,
        repository="github.com/acme/shop",
        commit="ab" * 20,
        specs="5" * 64,
        policies="6" * 64,
        findings="f" * 64,
        verdict="broken",
        ruling="review",
        actor=bot,
        created_at=now,
        updated_at=now,
        needs=(Reviewers(Role.REVIEWER, 1),),
        reasons=("checks-weaker (shipped with Holdfast): review 1 from reviewer. The change asks less.",),
        counts={"introduced": 2, "existing": 41, "fixed": 1, "waived": 0},
        branch="feature/<b>",
        pull=7,
        agent=True,
        reviews=(GateReview(ana, Answer.APPROVE, "It is on its way out.", now),),
        **more,
    )


def listed(people: tuple[Actor, Actor], now: datetime) -> GateList:
    shown = Filter("show", "State", (Choice("all", "All"), Choice("passed", "Passed")), "all")
    return GateList(tuple(gate(state, people, now) for state in GateState), (shown,), "cursor=x")


def one(people: tuple[Actor, Actor], now: datetime) -> GatePage:
    findings = (
        GateFinding(
            "error",
            "introduced",
            "shop-layers",
            "<b>domain</b> imports web",
            "shop/domain.py:1",
            "Turn it.",
            ("a", "b"),
        ),
        GateFinding("warning", "waived", "shop-layers", "web imports itself", "shop/web.py:1", ""),
        GateFinding("info", "fixed", "shop-layers", "mended", "shop/web.py:1", ""),
    )
    return GatePage(gate(GateState.NEEDS_APPROVAL, people, now), "1 from reviewer", findings, 12, may_decide=True)
