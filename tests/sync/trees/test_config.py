"""The configuration: what it may say, and what is said about mistakes."""

import pytest

from specs.errors import UserError
from sync.trees.config import Config, find_config, parse_config, upwards


def test_the_keys_are_read():
    text = 'specs = ["docs/intent/", "./more"]\nsource_roots = "src"\nexclude = ["**/gen/*.py"]\n'
    config = parse_config(text, "holdfast.toml")
    assert config == Config(("docs/intent", "more"), ("src",), ("**/gen/*.py",), "holdfast.toml")


def test_a_project_file_counts_only_with_our_table():
    assert parse_config('[tool.ruff]\nx = "holdfast"\n', "pyproject.toml") is None
    found = parse_config('[tool.holdfast]\nsource_roots = ["."]\n', "a/pyproject.toml")
    assert found is not None
    assert found.source_roots == ("",)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("specs = [", "not valid TOML", "mend the line"),
        ("source_root = []", "unknown key 'source_root'", "did you mean 'source_roots'?"),
        ("zzz = 1", "unknown key 'zzz'", "known are: exclude, packages, repository, source_roots, specs"),
        ("specs = 3", "specs wants a list of texts", 'specs = ["docs/specs"]'),
        ('exclude = [""]', "exclude wants a list", "exclude = "),
        ('specs = ["../x"]', "outside the root", "below the configuration file"),
        ('source_roots = ["/x"]', "outside the root", "below the configuration file"),
        ("a = " + "[" * 5000, "not valid TOML", "mend"),
    ],
)
def test_mistakes_are_told_with_a_hint(text, message, hint):
    with pytest.raises(UserError) as caught:
        parse_config(text, "holdfast.toml")
    assert message in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("vendor", ["vendor/a.py", "x/vendor/b/c.py"], ["vendors/a.py", "vendor_a.py"]),
        ("*_pb2.py", ["a_pb2.py", "x/y/a_pb2.py"], ["pb2.py"]),
        ("src/gen/**", ["src/gen/a.py", "src/gen/b/c.py"], ["src/generated/a.py", "x/src/gen/a.py"]),
        ("src/*/gen", ["src/a/gen/x.py"], ["src/a/b/gen/x.py"]),
        ("**/gen/*.py", ["gen/a.py", "x/y/gen/a.py"], ["gen/x/a.py"]),
        ("a.b", ["a.b", "x/a.b/c"], ["aab"]),
        ("/top/", ["top/a.py", "x/top/a.py"], []),
    ],
)
def test_exclude_globs(glob, inside, outside):
    config = Config(exclude=(glob,))
    assert [path for path in inside if not config.excludes(path)] == []
    assert [path for path in outside if config.excludes(path)] == []


def test_the_nearest_configuration_wins():
    files = {
        "holdfast.toml": "",
        "a/pyproject.toml": "[tool.ruff]\n",
        "a/b/pyproject.toml": '[tool.holdfast]\nspecs = ["s"]\n',
    }
    assert upwards("a/b/c") == ("a/b/c", "a/b", "a", "")
    found = find_config(upwards("a/b/c"), files.get)
    assert found is not None
    assert (found[0], found[1].specs) == ("a/b", ("s",))
    found = find_config(upwards("a"), files.get)
    assert found is not None
    assert found[0] == ""
    assert find_config(("x",), files.get) is None
