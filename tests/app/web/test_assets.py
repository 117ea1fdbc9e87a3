"""The style sheets: one component, one file. A name that two files style is two components that spoil each other."""

import re
from collections import defaultdict
from pathlib import Path

SHEETS = Path(__file__).parents[3] / "app/web/assets/css"
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
