"""Plug-ins load when they are asked for, and not before."""

import subprocess
import sys

from drift.kinds import KINDS
from drift.languages import _ROWS, LANGUAGES, language_of, used
from drift.registry import Registry


def test_the_registry_knows_the_names_and_suffixes_of_its_plug_ins():
    assert [kind.name for kind in KINDS] == list(KINDS._names)
    assert {name: language.suffixes for name, language in zip(_ROWS, LANGUAGES, strict=True)} == {
        name: tuple(row[1].split()) for name, row in _ROWS.items()
    }


def test_one_is_loaded_once():
    assert KINDS.find("layers") is KINDS[0] is KINDS[:2][0]
    assert KINDS.find("nothing") is None
    assert len(KINDS) == len(list(KINDS))


def test_a_tree_uses_the_languages_of_its_files():
    assert [one.name for one in used(["a/b.go", "c.py", "d.txt", "Makefile"])] == ["python", "go"]
    given = (LANGUAGES[2], LANGUAGES[0])
    assert used(["x.py"], given) == (LANGUAGES[0],)
    assert language_of(".py") is LANGUAGES[0]
    assert language_of(".txt") is None


def test_asking_for_one_loads_no_other():
    script = (
        "import sys; from drift.kinds import find_kind; from drift.languages import used; find_kind('only');"
        "used(['a.py']); print([m for m in ('drift.kinds.shape', 'drift.languages.go') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_registry_may_be_empty():
    assert list(Registry("nowhere", {})) == []
