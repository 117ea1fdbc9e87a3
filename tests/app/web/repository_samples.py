"""Made-up but realistic views of repositories: the list, one that is well, and one where all that can be wrong is."""

from datetime import timedelta
from uuid import UUID

from app.background.workload import Work
from app.web.views.drift import RepositoryRow
from app.web.views.frame import Frame, Place
from app.web.views.repositories import PublishedRow, RepositoriesPage, RepositoryLine, RepositoryPage
from sync.binding.bindings import Binding, Held, Publish, Pushed, SpecFile, Trust
from sync.binding.credentials import Credential, CredentialKind
from tests.app.web.drift_samples import FAILED, LINE, REPOSITORY
from tests.app.web.sample_basics import ANA, NOW, frame

FIRST, SECOND = UUID(int=41), UUID(int=42)
HELD = (Held("docs/specs/<refunds>.md", "A change from git waits in a conflict."),)
CREDENTIALS = (
    Credential(CredentialKind.SSH_KEY, "", f"ssh-ed25519 {'A' * 68}", ANA, NOW - timedelta(days=3)),
    Credential(CredentialKind.TOKEN, "x-access-token", "", ANA, NOW - timedelta(days=2)),
)
REQUEST = "https://git.example.org/team/payments/pulls/7"
PUSHED = Pushed(LINE.commit, at=NOW - timedelta(hours=3), held=HELD, request_url=REQUEST)
REFUSED = Pushed(problem="The host refused the push: the branch is <protected>.", hint="Publish with a pull request.")
WELL = RepositoryLine(
    REPOSITORY,
    14,
    (Work(FIRST, "payments", "hold against changed specs", "waiting", 0, NOW),),
    PublishedRow("payments", Publish.PULL_REQUEST, "holdfast/specs", PUSHED),
)
WRONG = RepositoryLine(
    FAILED,
    0,
    (
        Work(SECOND, "web", "read and compare", "failed", 3, NOW - timedelta(hours=1)),
        Work(SECOND, "web", "publish to git", "working", 1, NOW),
    ),
    PublishedRow("web", Publish.DIRECT, "main", REFUSED),
)
QUIET = RepositoryLine(
    RepositoryRow("docs", "https://git.example.org/team/docs.git", "", "waiting", verdict="waiting"),
    0,
    (),
    PublishedRow("docs", Publish.NONE, ""),
)
PROBLEMS = (SpecFile("docs/specs/<b>.md", None, "Two specs want this place; <rename> one.", "a" * 40),)
HOOK = f"https://holdfast.example.org/webhooks/{FIRST}"
BOUND = Binding(FIRST, None, "", LINE.commit, Trust.BRANCH, Publish.PULL_REQUEST)
ELSEWHERE = Binding(SECOND, ("docs/specs", "openspec"), "web", publish=Publish.DIRECT, root="apps/web")

PAGES: dict[str, tuple[str, Frame, object]] = {
    "repositories": (
        "repositories.html",
        frame("Repositories", Place.SETTINGS),
        RepositoriesPage((WELL, WRONG, QUIET), notice="The repository was taken out. Its specs stayed."),
    ),
    "repository": (
        "repository.html",
        frame("payments", Place.SETTINGS),
        RepositoryPage(WELL, BOUND, 12, (), HOOK, credentials=CREDENTIALS),
    ),
    "repository-wrong": (
        "repository.html",
        frame("web", Place.SETTINGS),
        RepositoryPage(
            WRONG, ELSEWHERE, 3, PROBLEMS, HOOK, secret="whsec_made", registered=True, error="No.", hint="Ask."
        ),
    ),
}
