"""Renders every template with made-up, realistic views into files, and takes their pictures, for a person to look at.

    python -m tests.app.web.gallery OUT [PAGE ...]

Not a test: tests/app/web/test_render.py checks that the same pages render.
"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from app.web.render import STATIC, render  # noqa: E402 (run as a file too)
from tests.app.web.samples import PAGES  # noqa: E402 (same)

SIZES = {"wide": (1440, 1000), "phone": (390, 844)}


def pages() -> Iterator[tuple[str, str]]:
    """Give the name and the HTML of every sample page."""
    for name, (template, frame, page) in PAGES.items():
        yield name, render(template, replace(frame, nonce="gallery"), page)


def main(out: Path, wanted: set[str]) -> None:
    """Write the pages and their pictures under `out`."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (only for pictures)

    shutil.copytree(STATIC, out / "static", dirs_exist_ok=True)
    for name, html in pages():
        (out / f"{name}.html").write_text(html.replace("/static/", "static/"), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                tab = context.new_page()
                for name in PAGES:
                    if wanted and name not in wanted:
                        continue
                    tab.goto(f"file://{out.resolve()}/{name}.html")
                    tab.screenshot(path=out / f"{name}-{scheme}-{size}.png", full_page=True)
                context.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))
