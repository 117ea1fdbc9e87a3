"""`holdfast waive`: accepted until a date, by someone, for a reason."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.repositories import Repo
from tests.shop import CLEAN, OLD, Run, report, runner, states

TODAY = datetime.now(tz=UTC).date()
FAR = (TODAY + timedelta(days=90)).isoformat()


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(repo.root)
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD, ".gitattributes": "holdfast.lock merge=union\n"})
    return runner(repo)


def waivers(value: dict) -> list[str]:
    return [one["message"] for one in value["findings"] if one["kind"] == "lock"]


@pytest.mark.parametrize(
    "name", ["", "shop.domain.tax -> shop.web", "shop-layers | shop.domain.tax -> shop.web", "shop-layers"]
)
def test_a_finding_is_waived_by_its_digits_or_by_name(run, name):
    (finding,) = report(run)["findings"]
    done = run("waive", name or finding["fingerprint"][:6], "--until", FAR, "--because", "the vendor mends it")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"waived until {FAR}: shop.domain.tax -> shop.web")
    assert "hint" not in done.stdout
    value = report(run)
    assert states(value) == [("shop.domain.tax -> shop.web", "waived")]
    assert value["findings"][0]["accepted"] == {
        "until": FAR,
        "by": "Ada <ada@example.com>",
        "because": "the vendor mends it",
    }
    assert "1 waived" in run("check").stdout


def test_after_its_day_it_is_an_error_again_and_says_so(repo, run):
    line = "shop-layers | shop.domain.tax -> shop.web | waived | {} | Ada | the vendor mends it\n"
    repo.write({"holdfast.lock": line.format(TODAY)})
    value = report(run)
    assert states(value) == [("shop.domain.tax -> shop.web", "waived")]
    assert "ends today" in waivers(value)[0]
    yesterday = TODAY - timedelta(days=1)
    repo.write({"holdfast.lock": line.format(yesterday)})
    value = report(run)
    assert (value["verdict"], states(value)) == ("broken", [("shop.domain.tax -> shop.web", "introduced")])
    assert f"was waived by Ada until {yesterday} (the vendor mends it)" in value["findings"][0]["message"]
    refused = run("baseline", "--grow", "--because", "tired of it")
    assert refused.exit_code == 1, "what was to end is not frozen"
    assert run("waive", "shop.domain.tax -> shop.web", "--until", FAR, "--because", "again").exit_code == 0
    assert states(report(run)) == [("shop.domain.tax -> shop.web", "waived")]


def test_a_waiver_that_ends_soon_is_announced(repo, run):
    line = "shop-layers | shop.domain.tax -> shop.web | waived | {} | Ada | why\n"
    for days, told in ((15, 0), (14, 1), (1, 1)):
        repo.write({"holdfast.lock": line.format(TODAY + timedelta(days=days))})
        value = report(run)
        assert (value["verdict"], len(waivers(value))) == ("kept", told)
    assert "ends tomorrow" in waivers(value)[0]


def test_a_waiver_that_lets_nothing_through_is_told(repo, run):
    repo.write({"holdfast.lock": f"shop-layers | shop.a -> shop.web | waived | {FAR} | Ada | why\n"})
    assert waivers(report(run)) == ["shop.a -> shop.web (shop-layers) is waived here and holds no more."]


def test_a_frozen_finding_can_be_waived_and_renewed(repo, run):
    run("baseline")
    done = run("waive", "shop.domain.tax -> shop.web", "--until", FAR, "--because", "now with an end")
    assert "(was frozen)" in done.stdout
    later = (TODAY + timedelta(days=120)).isoformat()
    again = run("waive", "shop.domain.tax -> shop.web", "--until", later, "--because", "renewed", "--by", "Bob")
    assert f"(was waived until {FAR})" in again.stdout
    text = (repo.root / "holdfast.lock").read_text()
    assert text.endswith(f"shop-layers | shop.domain.tax -> shop.web | waived | {later} | Bob | renewed\n")
    assert text.count("shop-layers") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shop.domain.tax -> shop.web", "--because", "x"], "--until"),
        (["shop.domain.tax -> shop.web", "--until", FAR], "--because"),
        (["shop.domain.tax -> shop.web", "--until", FAR, "--because", "  "], "needs a reason"),
        (["shop.domain.tax -> shop.web", "--until", "soon", "--because", "x"], "no date"),
        (["shop.domain.tax -> shop.web", "--until", "2020-01-01", "--because", "x"], "is over"),
        (["shop.domain.tacks -> shop.web", "--until", FAR, "--because", "x"], "did you mean `shop.domain.tax"),
        (["domain.tax", "--until", FAR, "--because", "x"], "did you mean `shop"),
        (["ffffffff", "--until", FAR, "--because", "x"], "there is no finding"),
        (["", "--until", FAR, "--because", "x"], "there is no finding"),
    ],
)
def test_what_will_not_do_is_told(repo, run, words, said):
    result = run("waive", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (repo.root / "holdfast.lock").exists()


def test_what_is_wrong_in_a_spec_is_not_waived(repo, run):
    repo.write({"docs/specs/odd.md": "```yaml invariant\nid: odd\nkind: lairs\n```\n"})
    (broken,) = [one for one in report(run)["findings"] if one["kind"] == "spec"]
    result = run("waive", broken["fingerprint"], "--until", FAR, "--because", "x")
    assert result.exit_code == 2
    assert "nothing waives it" in result.stderr
