"""A change that has the specs ask less is shown; one that has them ask more is not."""

import pytest

from tests.shop import LAYERS, SPEC, report
from tests.sync.compared import everywhere, weakenings

SETTINGS = 'exclude = ["shop/domain/tax.py"]\n'


WEAKER = {
    "removed": ({SPEC: "# Shop\n"}, "it was removed", 1),
    "retired": ({SPEC: "---\nstatus: retired\n---\n" + LAYERS}, "retired with its spec", 1),
    "drafted": ({SPEC: "---\nstatus: draft\n---\n" + LAYERS}, "since its section or spec is a draft", 1),
    "demoted": ({SPEC: LAYERS.replace("why:", "severity: info\nwhy:")}, "reports infos, and reported errors", 1),
    "excepted": (
        {SPEC: LAYERS.replace("why:", 'except: [{what: "shop.domain.tax -> shop.web", because: old}]\nwhy:')},
        "it excepts shop.domain.tax -> shop.web (old)",
        1,
    ),
    "loosened": ({SPEC: LAYERS.replace("shop.domain]", "shop.domain.order]")}, "`layers` is not what it was", 1),
    "loosened, and nothing is let through": (
        {SPEC: LAYERS.replace("why:", "indirect: false\nwhy:")},
        "`indirect` is not what it was. It lets nothing through today",
        0,
    ),
    "of another kind": (
        {SPEC: "# Shop\n\n```yaml invariant\nid: shop-layers\nkind: acyclic\nwithin: shop.domain\n```\n"},
        "it is of kind acyclic now, and was layers",
        1,
    ),
    "about other repositories": (
        {SPEC: LAYERS.replace("why:", "repositories: [till]\nwhy:")},
        "it is about other repositories than it was",
        0,
    ),
    "excluded": ({"holdfast.toml": SETTINGS}, "`exclude` of holdfast.toml changed", 1),
}


@pytest.mark.parametrize(("files", "said", "lost"), WEAKER.values(), ids=WEAKER)
def test_what_asks_less_is_shown(repo, run, files, said, lost):
    repo.write(files)
    value = everywhere(repo, run)
    (weaker,) = weakenings(value)
    assert said in weaker["message"]
    assert (weaker["severity"], weaker["state"], value["verdict"]) == ("warning", "introduced", "kept")
    assert len(weaker["lets_through"]) == lost
    assert weaker["before"] != weaker["after"]
    text = run("check", "--base", "main").stdout
    assert "weakening" in text
    assert "1 weakening" in text
    explained = run("explain", weaker["fingerprint"][:8], "--base", "main")
    assert explained.exit_code == 0
    assert weaker["before"].splitlines()[-1] in explained.stdout or weaker["after"]


STRICTER = {
    "severity": LAYERS,
    "no exception": LAYERS,
    "more layers closed": LAYERS.replace("why:", "closed: [shop.web]\nwhy:"),
    "an exception that ends": LAYERS.replace(
        "why:", "except: [{what: shop.none -> shop.web, because: x, until: 2990-01-01}]\nwhy:"
    ),
    "another why": LAYERS.replace("web server", "server"),
    "another place": "# Other\n\nText.\n\n" + LAYERS,
}


@pytest.mark.parametrize("after", STRICTER.values(), ids=STRICTER)
def test_what_asks_more_or_the_same_is_not(repo, run, after):
    loose = LAYERS.replace("why:", "severity: warning\nexcept: [{what: shop.none -> shop.web, because: x}]\nwhy:")
    repo.git("checkout", "-q", "main")
    repo.commit({SPEC: loose})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({SPEC: after})
    assert weakenings(report(run, "--base", "main")) == []


def test_weakening_breaks_where_either_side_says_so(repo, run):
    repo.git("checkout", "-q", "main")
    repo.commit({"holdfast.toml": 'weakening = "error"\n'})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({SPEC: "# Shop\n", "holdfast.toml": 'weakening = "info"\n'})
    value = report(run, "--base", "main")
    assert value["verdict"] == "broken"
    assert {one["severity"] for one in weakenings(value)} == {"error"}
    assert any("`weakening` of holdfast.toml" in one["message"] for one in weakenings(value))


def test_the_configuration_is_held_against_what_it_may_be(repo, run):
    repo.write({"holdfast.toml": 'weakening = "fatal"\n'})
    assert "write one of" in run("check").stderr
