from app.web import addresses as to
from app.web.entrance.sessions import local, token_in
from app.web.shaping.repositories import name_in


def test_paths_keep_their_slashes_and_nothing_else_that_means_something() -> None:
    assert to.spec("p", "a/b c?#<.md", "s-x/y", "ab") == "/p/p/specs/a/b%20c%3F%23%3C.md?revision=ab#s-x/y"
    assert to.diff("p", "a.md", "1", "2", "unified") == "/p/p/diff/a.md?before=1&after=2&layout=unified"
    assert to.repository("p", "web.api", "read") == "/p/p/settings/repositories/web.api/read"
    assert to.finding("p", "ab", "re po") == "/p/p/drift/ab?repository=re%20po"


def test_a_repository_is_called_as_its_address_ends() -> None:
    assert name_in("https://git.example.org/team/Payments.git") == "payments"
    assert name_in("git@git.example.org:web.git/") == "web"
    assert name_in("") == ""


def test_only_paths_of_this_server_are_gone_to() -> None:
    assert local("/p/x?y=1") == "/p/x?y=1"
    for elsewhere in ("//x", "https://x", "/\\x", "x", "", "/a\nb", "/login", "/logout"):
        assert local(elsewhere) == ""


def test_a_link_is_taken_whole_or_as_its_token() -> None:
    for typed in ("hfl_ab", " hfl_ab ", "https://holdfast.example.org/welcome#hfl_ab\n"):
        assert token_in(typed) == "hfl_ab"
