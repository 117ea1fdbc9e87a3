"""Typst source of our own clean HTML. Every word of a text goes in as a quoted string, so none can be a command.

Knows the tags of `app.rendering` and no others: what else there is stands as its words.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from html.parser import HTMLParser

MAX_START = 2**31
_LANGUAGE = re.compile(r"language-([A-Za-z0-9+#._-]{1,40})")
_BLANKS = re.compile(r"\s+")
_LINKS = ("http://", "https://", "mailto:")
_PLAIN = {"strong": "#strong[", "b": "#strong[", "em": "#emph[", "s": "#strike[", "del": "#strike[", "p": "#par["}
_LISTS = {"ul": "#list(", "ol": "#enum("}
_CELLS = {"th", "td"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CONTAINERS = {"blockquote", "ul", "ol", "table", "thead", "tbody", "tr"}
_DEEPEST = 6


def quoted(text: str) -> str:
    """Write a text as a string of Typst."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    return f'"{escaped}"'


def source_of(html: str, *, deeper: int = 0, images: Collection[str] = ()) -> str:
    """Make Typst source of clean HTML; headings stand `deeper` levels below their own, `images` are files at hand."""
    reader = _Reader(deeper, images)
    reader.feed(html)
    reader.close()
    return reader.finish()


@dataclass
class _Table:
    """A table while it is read: how many columns, the cells of its head, all others."""

    columns: int = 0
    row: int = 0
    head: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    in_head: bool = False


class _Reader(HTMLParser):
    """Builds source as a stack of open parts, so that every bracket that opens is closed."""

    def __init__(self, deeper: int, images: Collection[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._deeper = deeper
        self._images = images
        self._parts: list[list[str]] = [[]]
        self._open: list[tuple[str, str]] = []
        self._tables: list[_Table] = []
        self._code: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a part, or write what has no end."""
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._write("#linebreak()")
        elif tag == "img":
            self._show(given)
        elif tag == "hr":
            self._write("#line(length: 100%, stroke: 0.4pt + gray)\n")
        elif tag == "code" and self._open and self._open[-1][0] == "pre":
            language = _LANGUAGE.search(given.get("class", ""))
            self._code = language[1] if language else ""
        else:
            self._begin(tag, given)

    def _show(self, given: dict[str, str]) -> None:
        name, words = given.get("src", "").rpartition("/")[2], given.get("alt", "")
        if name in self._images:
            self._write(f"#box(image({quoted('/' + name)}, alt: {quoted(words)}))")
        elif words:
            self._write(f"#{quoted(f'[image: {words}]')}")

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        start = "["
        if tag in _HEADINGS:
            start = f"#heading(level: {min(_HEADINGS[tag] + self._deeper, _DEEPEST)})["
        elif tag in _LISTS:
            number = given.get("start", "")
            first = f"start: {number}, " if number.isdecimal() and len(number) < len(str(MAX_START)) else ""
            start = _LISTS[tag] + first
        elif tag == "blockquote":
            start = "#quote(block: true)["
        elif tag == "a" and given.get("href", "").startswith(_LINKS):
            start = f"#link({quoted(given['href'])})["
        elif tag == "table":
            self._tables.append(_Table())
        elif tag == "thead" and self._tables:
            self._tables[-1].in_head = True
        elif tag == "tr" and self._tables:
            self._tables[-1].row = 0
        else:
            start = _PLAIN.get(tag, "#[")
        self._open.append((tag, start))
        self._parts.append([])

    def handle_endtag(self, tag: str) -> None:
        """Close a part and hand it to the one around it."""
        if tag not in {name for name, _ in self._open}:
            return
        while self._open:
            name, start = self._open.pop()
            self._end(name, start, "".join(self._parts.pop()))
            if name == tag:
                return

    def _end(self, tag: str, start: str, inner: str) -> None:
        table = self._tables[-1] if self._tables else None
        if tag in {"pre", "code"}:
            self._write(inner)
        elif tag == "li":
            self._write(f"[{inner}],")
        elif tag in _LISTS:
            self._write(f"{start}{inner})\n" if inner.strip() else "")
        elif tag in _CELLS and table is not None:
            table.row += 1
            (table.head if table.in_head else table.cells).append(f"[{inner}],")
        elif tag == "thead" and table is not None:
            table.in_head = False
        elif tag == "tr" and table is not None:
            table.columns = max(table.columns, table.row)
        elif tag == "table" and table is not None:
            self._tables.pop()
            head = f"table.header({''.join(table.head)})," if table.head else ""
            self._write(f"#table(columns: {table.columns},{head}{''.join(table.cells)})\n" if table.columns else "")
        elif tag != "tbody":
            self._write(f"{start}{inner}]" + ("\n" if tag in {*_HEADINGS, "p", "blockquote"} else ""))

    def handle_data(self, data: str) -> None:
        """Write words; those of code as they stand."""
        names = [name for name, _ in self._open]
        if "pre" in names:
            language = f", lang: {quoted(self._code)}" if self._code else ""
            self._write(f"#raw({quoted(data.removesuffix(chr(10)))}, block: true{language})\n")
        elif names[-1:] == ["code"]:
            self._write(f"#raw({quoted(data)})")
        elif names and names[-1] in _CONTAINERS and not data.strip():
            return
        elif data.strip() or (names and data):
            self._write(f"#{quoted(_BLANKS.sub(' ', data))}")

    def _write(self, source: str) -> None:
        self._parts[-1].append(source)

    def finish(self) -> str:
        """Close what is open and give all of it."""
        while self._open:
            self.handle_endtag(self._open[-1][0])
        return "".join(self._parts[0])
