import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.paths import MAX_BYTES, check_path, path_key

GOOD = [
    "payments.md",
    "a/b/c.md",
    "Zahlungen für alle.md",
    "支払い/返金.md",
    "a..b.md",
    "v1.2/x-1_y.md",
    "(draft) a+b.md",
]
BAD = [
    ("", "is empty"),
    ("/etc/passwd.md", "is absolute"),
    ("../x.md", "goes through"),
    ("a/../x.md", "goes through"),
    ("a/./x.md", "goes through"),
    ("a//x.md", "empty name"),
    ("a/", "empty name"),
    ("a\\x.md", "backslash"),
    ("a\x00.md", "control character"),
    ("a\nb.md", "control character"),
    ("a\x7f.md", "control character"),
    ("a\u2028b.md", "line separator"),
    ("a\ud800.md", "surrogate"),
    ("a\u202egnp.md", "invisible"),
    ("C:/x.md", "holds :"),
    ("a#b.md", "holds #"),
    ("a*.md", "holds *"),
    (".git/x.md", "begins with a dot"),
    ("a/.md", "begins with a dot"),
    ("-rf.md", "begins with a dash"),
    ("a/ b.md", "blank at an end"),
    ("a /b.md", "blank at an end"),
    ("a./b.md", "dot at its end"),
    ("aux.md", "Windows"),
    ("a/Con/b.md", "Windows"),
    ("a.txt", "does not end in .md"),
    ("a.MD", "does not end in .md"),
    ("x" * MAX_BYTES + ".md", "bytes long"),
    ("ü" * 120 + ".md", "bytes long"),
]


@pytest.mark.parametrize("path", GOOD)
def test_a_usable_path_has_no_problem(path):
    assert check_path(path) is None


@pytest.mark.parametrize(("path", "words"), BAD, ids=[repr(path)[:24] for path, _ in BAD])
def test_a_bad_path_says_what_is_wrong_and_what_to_do(path, words):
    problem = check_path(path)
    assert problem is not None
    assert words in problem.message
    assert problem.hint
    assert problem.code == "bad-path"


def test_the_column_points_at_the_culprit():
    problem = check_path("good/..\\x.md")
    assert problem is not None
    assert problem.column == 8


@given(st.text(max_size=40))
def test_any_text_is_judged(path):
    problem = check_path(path)
    if problem is None:
        assert path.endswith(".md")
        assert not set(path) & set("\\\x00\n\r#:")
        assert all(segment.strip(". ") for segment in path.split("/"))


def test_paths_that_some_disk_would_confuse_share_a_key():
    assert path_key("Über.md") == path_key(unicodedata.normalize("NFD", "über.md"))
    assert path_key("STRASSE.md") == path_key("straße.md")
    assert path_key("a.md") != path_key("b.md")


@given(st.text())
def test_a_key_is_its_own_key(path):
    assert path_key(path_key(path)) == path_key(path)
