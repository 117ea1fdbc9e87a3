import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.traces.tags import TagKind, is_test, may_have_tags, tags_in

TEST, CODE = TagKind.TEST, TagKind.IMPLEMENTATION
FOUND = {
    "a docstring": (
        "tests/test_a.py",
        'def test_x():\n    """Says. holdfast: pay#refunds."""\n',
        ("pay#refunds", TEST, "test_x"),
    ),
    "a comment above": (
        "tests/test_a.py",
        "# holdfast: pay#a/b\n@mark\ndef test_x(): ...\n",
        ("pay#a/b", TEST, "test_x"),
    ),
    "a marker": ("tests/test_a.py", '@mark("holdfast: pay#a")\ndef test_x(): ...\n', ("pay#a", TEST, "test_x")),
    "code": ("src/pay.py", "# holdfast: pay#a\nx = 1\n", ("pay#a", CODE, "")),
    "jest": ("src/a.test.ts", "it('pays back', () => {\n  // holdfast: pay#a\n});\n", ("pay#a", TEST, "pays back")),
    "go": ("pay_test.go", "// holdfast: pay#a\nfunc TestPay(t *testing.T) {\n}\n", ("pay#a", TEST, "TestPay")),
    "java": ("src/PayTest.java", "  // holdfast: pay#a\n  @Test\n  void pays() {\n", ("pay#a", TEST, "pays")),
    "OpenFastTrace": ("src/a.c", "// [impl->dsn~pay-back~2]\nint pay(void) {\n", ("dsn~pay-back~2", CODE, "pay")),
    "OpenFastTrace of a test": ("src/a.c", "/* [utest~x~1 -> req~pay~1 >> itest] */\n", ("req~pay~1", TEST, "")),
    "StrictDoc": (
        "src/a.py",
        'def f():\n    """\n    @relation(REQ-1, scope=function)\n    """\n',
        ("REQ-1", CODE, "f"),
    ),
    "StrictDoc of a test": ("src/a.py", "# @relation(REQ-1, scope=file, role=Verification)\n", ("REQ-1", TEST, "")),
}


@pytest.mark.parametrize(("path", "text", "wanted"), FOUND.values(), ids=FOUND)
def test_a_source_names_a_requirement(path, text, wanted):
    [tag] = tags_in(path, text)
    assert (tag.target, tag.kind, tag.symbol) == wanted
    assert may_have_tags(text.encode())


def test_several_names_on_one_line_and_several_lines():
    text = "# holdfast: pay#a, pay#b\n# @relation(REQ-1, REQ-2, scope=file)\ndef f(): ...\n"
    assert [(one.target, one.line) for one in tags_in("a.py", text)] == [
        ("pay#a", 1),
        ("pay#b", 1),
        ("REQ-1", 2),
        ("REQ-2", 2),
    ]


@pytest.mark.parametrize(
    "text", ["x->y", "[a->b]", "holdfast: check", "holdfast:", "@relation()", "a[i]->req~x~1", "[x->y~z]"]
)
def test_what_only_looks_like_a_tag_is_none(text):
    assert tags_in("src/a.py", text) == ()


@given(st.text(alphabet=st.sampled_from("holdfast:#[]->req~1@relation(),= \n\t/*\"'{}"), max_size=400))
def test_no_text_fails_and_lines_are_those_of_the_text(text):
    for tag in tags_in("tests/a.py", text):
        assert 1 <= tag.line <= text.count("\n") + 1


def test_tests_are_known_by_their_paths():
    assert all(
        map(is_test, ["tests/a.py", "src/test_a.py", "a_test.go", "x/__tests__/a.js", "src/PayTest.java", "spec/a.rb"])
    )
    assert not any(map(is_test, ["src/a.py", "contest/a.py", "src/attest.go"]))
