"""Plain Markdown: a requirement is what carries a key: `- **PAY-012**: ...`, `### Requirement: ...`, or `{#name}`."""

import re
from collections.abc import Iterator

from specs.anchors import slug
from specs.document import Document
from specs.markdown import split_anchor
from specs.requirements.collecting import Collector, Draft, plain
from specs.requirements.keyed import KEY, keyed_items
from specs.requirements.source import Source, Span
from specs.requirements.values import Reading

_REQUIREMENT = re.compile(r"Requirement(?:\s+(\d+(?:\.\d+)*))?\s*:\s*(.+)", re.IGNORECASE)
_KEYED = re.compile(rf"\[?({KEY})\b\]?\W*(.*)")


class Plain:
    """Reads any Markdown."""

    name = "markdown"
    title = "Markdown"
    positional = False

    def recognises(self, path: str, text: str) -> bool:
        """Take every file that no other dialect does."""
        del path, text
        return True

    def read(self, path: str, document: Document) -> Reading:
        """Find keyed headings and keyed items."""
        collector = Collector(document)
        source = collector.source
        drafts = [*_headings(source), *keyed_items(source, Span(0, len(source.lines)))]
        for one in sorted(drafts, key=lambda draft: draft.span.first):
            collector.add(one)
        problems = tuple(collector.problems)
        status = str(document.front_matter.values.get("status") or "")
        return Reading(self.name, path.removesuffix(".md"), tuple(collector.requirements), problems, status)


def _headings(source: Source) -> Iterator[Draft]:
    """Give the headings with a name or key of their own, each with the text before the next heading."""
    heads = list(source.headings())
    for place, index in enumerate(heads):
        title, anchor = split_anchor(source.lines[index].title)
        keyed, named = _KEYED.match(title), _REQUIREMENT.match(title)
        if not (anchor or keyed or named):
            continue
        last = heads[place + 1] if place + 1 < len(heads) else len(source.lines)
        name = keyed[2] if keyed else named[2] if named else title
        label = keyed[1] if keyed else (named[1] or "") if named else ""
        key = anchor or label or slug(name) or "requirement"
        yield Draft(key, name.strip(), Span(index, last), plain(source, Span(index + 1, last)), label=label)
