"""What failures say of themselves outside: our own words for people, one general sentence for all else."""

from http import HTTPStatus

from litestar.exceptions import HTTPException, InternalServerException, NotFoundException

from app.problems import INTERNAL, HttpError, describe
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UnavailableError, UserError


def test_each_family_has_its_status() -> None:
    cases = {UserError: 400, ConflictError: 409, MissingError: 404, DeniedError: 403, UnavailableError: 503}
    for kind, status in cases.items():
        problem = describe(kind("What is wrong.", "What to do."))
        assert (problem.status, problem.detail, problem.hint) == (status, "What is wrong.", "What to do.")


def test_nobody_learns_what_nobody_planned() -> None:
    secrets = (RuntimeError("select * from /etc"), HoldfastError("inside"), InternalServerException("/app/x.py"))
    for error in secrets:
        assert describe(error) is INTERNAL
    assert describe(ExceptionGroup("two", [RuntimeError("a"), RuntimeError("b")])) is INTERNAL
    assert describe(ExceptionGroup("one", [MissingError("Gone.", "Look.")])).status == 404


def test_waiting_is_told_in_a_header() -> None:
    limited = describe(DeniedError("Too many tries.", "Wait.", details={"retry_after": 7}))
    assert (limited.status, limited.headers["retry-after"]) == (429, "7")
    assert int(describe(UnavailableError("Away.", "Wait.")).headers["retry-after"]) > 0


def test_details_become_members_but_never_replace_ours() -> None:
    error = ConflictError("Moved.", "Merge.", details={"base": {"text": "a"}, "status": 200, "detail": "forged"})
    content = describe(error).content("r1")
    assert content["base"] == {"text": "a"}
    assert (content["status"], content["detail"], content["request_id"]) == (409, "Moved.", "r1")
    assert str(content["type"]).startswith("urn:holdfast:problem:")


def test_the_framework_s_refusals_get_a_hint() -> None:
    for error in (NotFoundException(), HTTPException(status_code=405), HTTPException(status_code=418)):
        problem = describe(error)
        assert problem.status == error.status_code
        assert problem.hint
    own = describe(HttpError(HTTPStatus.GONE, "Gone.", "Begin anew.", headers={"x": "y"}))
    assert (own.status, own.headers) == (410, {"x": "y"})
