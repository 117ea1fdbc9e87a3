"""A monorepo whose packages have specs beside them: what each is about, what it inherits, what it may not loosen."""

import json
from datetime import date

import pytest

from specs.errors import UserError
from sync.binding.plan import packages_of, spec_path
from sync.checking.local import CheckOptions, run_check
from sync.specfiles.packages import package_folders
from sync.trees.config import Config
from tests.repositories import Repo

DAY = date(2026, 6, 1)
FENCE = "```"
HOUSE = f"""# House

{FENCE}yaml invariant
id: file-size
kind: limit
of: files
measure: lines
max: 5
why: Short files are read.
{FENCE}
"""
SIX = "let a = 1;\n" * 6


def child(name: str, more: str) -> str:
    """Make a spec of a package that restates the size of files."""
    return f"# {name}\n\n{FENCE}yaml invariant\nid: {name}-size\nkind: limit\nextends: file-size\n{more}{FENCE}\n"


def package(name: str, *texts: str, code: str = "let z = 1;\n") -> dict[str, str | bytes]:
    """Make the files of a package."""
    specs = {f"packages/{name}/docs/specs/s{n}.md": text for n, text in enumerate(texts)}
    return {f"packages/{name}/package.json": "{}", f"packages/{name}/src/x.ts": code, **specs}


def told(repo: Repo, **options: object) -> dict[str, tuple[str, str]]:
    """Check, and give severity and state of each finding by invariant, kind and place."""
    report = run_check(repo.root, CheckOptions(DAY, **options))  # type: ignore[arg-type]
    return {
        f"{one.invariant} {one.kind} {one.code.path if one.code else ''}".strip(): (one.severity, one.state.value)
        for one in report.findings
    }


def test_a_child_that_tightens_finds_more_in_its_own_folder_alone(repo: Repo) -> None:
    repo.commit({"docs/specs/house.md": HOUSE, **package("a", child("a", "max: 0\n")), **package("b")})
    assert told(repo) == {"a-size limit packages/a/src/x.ts": ("error", "introduced")}


def test_what_the_parent_finds_is_not_told_twice(repo: Repo) -> None:
    repo.commit({"docs/specs/house.md": HOUSE, **package("a", child("a", "max: 3\n"), code=SIX)})
    assert told(repo) == {"file-size limit packages/a/src/x.ts": ("error", "introduced")}


LOOSER = {
    "an option": ("max: 9\n", "`max` is not what it was"),
    "severity": ("severity: warning\n", "it reports warnings, and reported errors"),
    "an exception": ("except: [{what: packages/a/src/x.ts, because: old}]\n", "it excepts packages/a/src/x.ts (old)"),
    "other repositories": ("repositories: [till]\n", "it is about other repositories than it was"),
}


@pytest.mark.parametrize(("more", "said"), LOOSER.values(), ids=LOOSER)
def test_a_child_that_loosens_is_told_with_both_blocks_and_the_parents_finding_stays(
    repo: Repo, more: str, said: str
) -> None:
    repo.commit({"docs/specs/house.md": HOUSE, **package("a", child("a", more), code=SIX)})
    report = run_check(repo.root, CheckOptions(DAY))
    assert report.verdict == "broken"
    [loose] = [one for one in report.findings if one.kind == "loosening"]
    assert said in loose.message
    assert (loose.spec.path, loose.severity) == ("packages/a/docs/specs/s0.md", "error")
    assert "max: 5" in loose.before
    assert "extends: file-size" in loose.after
    assert len(loose.lets_through) == len(loose.releases) == (0 if "till" in more else 1)
    assert "file-size" in {one.invariant for one in report.findings}


def test_a_waiver_lets_the_child_count_until_its_day(repo: Repo) -> None:
    files = {"docs/specs/house.md": HOUSE, **package("a", child("a", "max: 9\n"), code=SIX), **package("b", code=SIX)}
    repo.commit(files)
    lock = "a-size | extends file-size `max` is not what it was | waived | 2026-06-30 | Ada | soon\n"
    repo.write({"holdfast.lock": lock})
    assert told(repo) == {
        "a-size loosening": ("error", "waived"),
        "file-size limit packages/a/src/x.ts": ("error", "waived"),
        "file-size limit packages/b/src/x.ts": ("error", "introduced"),
    }
    assert told(repo) == told(repo, cached=False)
    after = run_check(repo.root, CheckOptions(date(2026, 7, 1)))
    assert {one.invariant for one in after.findings if one.state == "introduced"} == {"a-size", "file-size"}


def test_a_packages_own_rules_are_about_its_folder_in_its_own_words(repo: Repo) -> None:
    rule = f"# A\n\n{FENCE}yaml invariant\nid: %s\nkind: forbidden\nfrom: src/x.ts\nto: src/y.ts\n{FENCE}\n"
    code = 'import { y } from "./y";\n'
    y = "export const y = 1;\n"
    repo.commit(
        {
            **package("a", rule % "a-apart", code=code),
            **package("b", rule % "b-apart"),
            "packages/a/src/y.ts": y,
            "packages/b/src/y.ts": y,
        }
    )
    assert told(repo) == {"a-apart forbidden packages/a/src/x.ts": ("error", "introduced")}
    repo.git("checkout", "-q", "-b", "feature")
    repo.git("mv", "packages/a/src/x.ts", "packages/a/src/w.ts")
    repo.write({"packages/a/docs/specs/s0.md": (rule % "a-apart").replace("x.ts", "w.ts")})
    repo.commit()
    kept = told(repo, base="main")
    assert kept["a-apart forbidden packages/a/src/w.ts"] == ("error", "existing")


def test_extends_needs_a_parent_and_ids_are_unique_over_all_packages(repo: Repo) -> None:
    other = child("b", "max: 2\n").replace("extends: file-size", "extends: file-sise")
    again = HOUSE.replace("extends", "x")
    repo.commit({"docs/specs/house.md": HOUSE, **package("a", again), **package("b", other)})
    found = [one for one in run_check(repo.root, CheckOptions(DAY)).findings if one.kind == "spec"]
    assert [one.message for one in found] == [
        "The id file-size is taken by an invariant of docs/specs/house.md.",
        "No spec of a folder above has an invariant file-sise to extend.",
    ]
    assert "extends: file-size" in found[0].fix
    assert "`file-size`" in found[1].fix
    repo.write({"docs/specs/house.md": HOUSE + child("c", "max: 2\n")})
    messages = [one.message for one in run_check(repo.root, CheckOptions(DAY)).findings]
    assert "No spec of a folder above has an invariant file-size to extend." in messages
    alone = Repo(repo.root.parent / "alone")
    alone.commit({"docs/specs/house.md": child("c", "max: 2\n")})
    messages = [one.message for one in run_check(alone.root, CheckOptions(DAY)).findings]
    assert "file-size cannot be extended here: this spec lies beside no package." in messages


def test_packages_are_configured_or_found_by_their_manifests() -> None:
    paths = ["a/package.json", "b/x.py", "tests/c/package.json", "libs/d/go.mod", "package.json"]
    assert package_folders(paths, Config()) == {"a", "libs/d"}
    assert package_folders(paths, Config(specs=("docs/specs",))) == frozenset()
    assert package_folders(paths, Config(specs=("docs/specs",), packages=("b", "libs/*"))) == {"b", "libs/d"}
    assert package_folders(paths, Config(packages=())) == frozenset()


def test_a_package_may_say_itself_how_it_is_read(repo: Repo) -> None:
    files = package("a", child("a", "max: 0\n"))
    moved = {path.replace("docs/specs", "rules"): text for path, text in files.items()}
    repo.commit({"docs/specs/house.md": HOUSE, **moved, "packages/a/holdfast.toml": 'specs = ["rules"]\n'})
    assert "a-size limit packages/a/src/x.ts" in told(repo)
    repo.write({"packages/a/holdfast.toml": "specs = 3\n"})
    with pytest.raises(UserError):
        told(repo)


def test_specs_of_packages_have_places_of_their_own_on_a_server() -> None:
    folders = ("docs/specs", "packages/a/docs/specs", "packages/b/.kiro/specs")
    packages = packages_of(folders)
    assert packages == {"packages/a/docs/specs": "packages/a", "packages/b/.kiro/specs": "packages/b"}
    assert spec_path(folders, "", "packages/a/docs/specs/x.md", packages) == "packages/a/x.md"
    assert spec_path(folders, "mono", "docs/specs/x.md", packages) == "mono/x.md"
    assert packages_of(("docs/specs",)) == packages_of((".specify/memory", "specs")) == {}
    assert packages_of(("mono/docs/specs", "mono/a/docs/specs"), "mono") == {"mono/a/docs/specs": "a"}
    assert json.dumps(packages_of(()))
