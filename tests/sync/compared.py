"""A repository of two sides, compared as a check with a base does."""

from tests.repositories import Repo
from tests.shop import LAYERS, Run, report

TAX = "shop.domain.tax -> shop.web"


BILL = "shop.domain.bill -> shop.web"


CORE = LAYERS.replace("shop.domain", "shop.core")


def weakenings(value: dict) -> list[dict]:
    found = [one for one in value["findings"] if one["kind"] == "weakening"]
    assert value["counts"]["weakenings"] == len(found)
    return found


def everywhere(repo: Repo, run: Run) -> dict:
    """Compare the work tree, then the index, then a commit with main: all say the same."""
    values = [report(run, "--base", "main")]
    repo.git("add", "-A")
    values.append(report(run, "--base", "main", "--staged"))
    repo.commit()
    values += [report(run, "--base", "main"), report(run, "--base", "main", "--rev", "HEAD", "--no-cache")]
    assert all(value["findings"] == values[0]["findings"] for value in values)
    return values[0]
