"""Made-up but realistic views of administration: who can log in, what is set, which policies rule."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.identity.sessions import Person
from app.web.views.administration import InstallationPage, PeoplePage
from app.web.views.frame import Frame, Place
from app.web.views.policies import PoliciesPage, rows_of
from specs.policy.examples import try_examples
from specs.policy.shipped import shipped
from specs.rules.policy import Origin
from tests.app.web.sample_basics import ANA, NOW, frame

PEOPLE = (
    Person(ANA.id, ANA.name, "ana", True, NOW - timedelta(days=90), None, 3, NOW, 2),  # noqa: FBT003 (administers)
    Person(
        UUID(int=4), "Tomás Ibarra-Maximilianowicz of Payments", "tomas.ibarra.maximilianowicz@payments.example.org",
        False, NOW - timedelta(days=40), None, 1, NOW - timedelta(hours=3), 1,  # noqa: FBT003 (no administrator)
    ),
    Person(
        UUID(int=5), "Noor", "noor", False, NOW - timedelta(days=9), NOW - timedelta(days=2),  # noqa: FBT003 (same)
        0, None, 0,
    ),
)  # fmt: skip
SPEC = Origin("policies/payments.md", "a" * 64, 12)
SETTINGS = (
    ("HOLDFAST_PUBLIC_URL", "https://holdfast.example.org", "the environment"),
    ("HOLDFAST_SMTP_HOST", "", "the default"),
)


def policies() -> PoliciesPage:
    """The shipped policies with their examples, one of which fails, and one that cannot be read."""
    first, *others = shipped()
    mistaken = replace(first, examples=(replace(first.examples[0], expect=others[-1].then),), origin=SPEC)
    broken = replace(first, id="payments-want-an-admin", broken="The condition <when> is no expression.", origin=SPEC)
    every = (mistaken, broken, *others)
    return PoliciesPage(rows_of(every, try_examples(every)), frozenset({first.id}))


PAGES: dict[str, tuple[str, Frame, object]] = {
    "people": ("people.html", frame("People"), PeoplePage(PEOPLE, ANA.id, "Their sessions have ended.")),
    "people-refused": ("people.html", frame("People"), PeoplePage(PEOPLE[:1], ANA.id, error="No.", hint="Ask.")),
    "installation": ("installation.html", frame("This installation"), InstallationPage(SETTINGS, provider=True)),
    "policies": ("policies.html", frame("Policies", Place.SETTINGS), policies()),
}
