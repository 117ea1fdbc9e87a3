"""Every form of a weekly letter by its name, with its media type: for the command, the API, the pages and mails.

To add a form, write it and add a line to `FORMS`. Pictures and pages are typeset in a child process.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.letters.html import html
from app.letters.links import Links
from app.letters.markdown import markdown
from app.letters.outline import Outline, outline
from app.letters.pages import letter_source, picture_sources
from app.letters.slack import slack
from app.letters.wire import as_json
from app.programs.children import Limits, run_module
from specs.errors import UnavailableError
from sync.weekly.letter import Letter

PRINTER = "app.printing.child"
PRINTING = Limits(wall=60, cpu=60, memory=4 * 1024**3)
FORMS: Mapping[str, tuple[str, str]] = {
    "markdown": ("text/markdown", "md"),
    "html": ("text/html", "html"),
    "json": ("application/json", "json"),
    "slack": ("application/json", "slack.json"),
    "pdf": ("application/pdf", "pdf"),
    "png": ("image/png", "png"),
}


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one letter. `ident` names it where it is kept."""

    letter: Letter
    links: Links
    ident: str = ""

    @property
    def laid_out(self) -> Outline:
        """The letter, laid out."""
        return outline(self.letter, self.links)

    async def write(self, form: str) -> bytes:
        """Write one form; a letter without a picture has an empty `png`. Raises `UnavailableError` of typesetting."""
        if form == "pdf":
            return await printed(self.laid_out, self.letter)
        if form == "png":
            return (await pictures(self.laid_out)).get("trend", b"")
        return self.text(form).encode("utf-8", "backslashreplace")

    def text(self, form: str) -> str:
        """Write one of the forms that are text."""
        if form == "json":
            return as_json(self.letter, self.links)
        if form == "slack":
            return slack(self.laid_out, self.links.report(self.ident))
        return html(self.laid_out) if form == "html" else markdown(self.laid_out)


async def printed(letter: Outline, of: Letter) -> bytes:
    """Give the pages as a PDF. The same letter gives the same bytes."""
    request = {"source": letter_source(letter), "at": of.made_at.isoformat()}
    outcome = await run_module(PRINTER, stdin=_sent(request), limits=PRINTING)
    if outcome.ok and outcome.output.startswith(b"%PDF"):
        return outcome.output
    raise _failed("took too long" if outcome.timed_out else "failed")


async def pictures(letter: Outline) -> dict[str, bytes]:
    """Give the pictures as PNG, by name; none where there is nothing to draw."""
    sources = picture_sources(letter)
    if not sources:
        return {}
    request = {"pictures": sources, "at": "2000-01-01T00:00:00+00:00"}
    outcome = await run_module(PRINTER, stdin=_sent(request), limits=PRINTING)
    if not outcome.ok:
        raise _failed("took too long" if outcome.timed_out else "failed")
    return {name: base64.b64decode(data) for name, data in json.loads(outcome.output).items()}


def _sent(request: Mapping[str, object]) -> bytes:
    return json.dumps(request).encode()


def _failed(how: str) -> UnavailableError:
    return UnavailableError(
        f"Typesetting the report {how}.", "Take another form: markdown, html or json need no typesetting."
    )
