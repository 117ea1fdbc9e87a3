"""Style sheets and bundles: one component in one sheet (a name in two spoils both), and light pages."""

import gzip
import re
from collections import defaultdict
from pathlib import Path

from app.web.render import STATIC, render
from tests.app.web.samples import PAGES

SHEETS = Path(__file__).parents[3] / "app/web/assets/css"
LOADED = re.compile(r"/static/([\w./-]+\.(?:js|css))\?")
RULE = re.compile(r"^(\.[\w-]+(?:,\s*\.[\w-]+)*) \{$", re.MULTILINE)


def test_each_class_is_at_home_in_one_sheet() -> None:
    homes = defaultdict(set)
    for sheet in SHEETS.glob("*.css"):
        for found in RULE.finditer(sheet.read_text(encoding="utf-8")):
            for name in re.split(r",\s*", found[1]):
                homes[name].add(sheet.name)
    assert {name: sheets for name, sheets in homes.items() if len(sheets) > 1} == {}


def test_every_sheet_is_in_the_bundle() -> None:
    taken = re.findall(r'@import "\./([\w.]+)"', (SHEETS / "app.css").read_text(encoding="utf-8"))
    assert sorted([*taken, "app.css"]) == sorted(sheet.name for sheet in SHEETS.glob("*.css"))


FIRST_PAGE = 300_000


def test_each_page_is_light() -> None:
    """Compressed as a proxy would, what a first visit to a page loads; what is fetched on request is not counted."""
    heavy = {}
    for name, (template, frame, page) in PAGES.items():
        html = render(template, frame, page)
        loaded = [html.encode(), *(file_of(found) for found in sorted(set(LOADED.findall(html))))]
        heavy[name] = sum(len(gzip.compress(one, 6)) for one in loaded)
    assert {name: weight for name, weight in heavy.items() if weight > FIRST_PAGE} == {}
    assert heavy["overview"] < FIRST_PAGE // 4


def file_of(name: str) -> bytes:
    return (STATIC / name).read_bytes()
