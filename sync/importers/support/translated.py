"""What is made of a translation: a document to check in place, or the text of a spec that says the same. Pure.

The text, parsed, holds the same invariants as the document but for lines; a check in place needs no parser.
"""

import json
import re
from collections.abc import Iterator, Mapping

from specs.document import Document, ExceptionClause, FrontMatter, InvariantBlock, Yaml
from specs.values import replace
from sync.importers.support.translation import Contract, Dropped, Translation

WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z_=][\w./@+-]*(?: [\w./@+-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


def document_of(translation: Translation) -> Document:
    """Make a document of the contracts; their lines are those of the peer's file."""
    return Document(
        text="",
        title=translation.title,
        front_matter=FrontMatter(title=translation.title),
        blocks=(),
        sections=(),
        invariants=tuple(_block(contract) for contract in translation.in_place or translation.contracts),
        policies=(),
        mentions=(),
        problems=(),
    )


def _block(contract: Contract) -> InvariantBlock:
    exceptions = [ExceptionClause(let.what, let.because, let.until, contract.line) for let in contract.exceptions]
    return InvariantBlock(
        id=contract.id,
        kind=contract.kind,
        name=contract.name,
        why=contract.why,
        severity=contract.severity,
        owner="",
        exceptions=tuple(exceptions),
        options=contract.options,
        option_lines={},
        anchor=contract.id,
        line=contract.line,
        text="".join(f"{line}\n" for line in _fields(contract)),
    )


def seen_by_us(document: Document, unseen: tuple[str, ...]) -> Document:
    """Give the document with its invariants counting those imports, too, that the peer does not see."""
    blocks = [replace(block, options=_with_unseen(block.options, unseen)) for block in document.invariants]
    return replace(document, invariants=tuple(blocks))


def _with_unseen(options: Mapping[str, Yaml], unseen: tuple[str, ...]) -> Mapping[str, Yaml]:
    counted = options.get("imports")
    without = counted.get("without") if isinstance(counted, dict) else None
    if not isinstance(without, list):
        return options
    return {**options, "imports": {"without": [word for word in without if word not in unseen]}}


def spec_text(translation: Translation, path: str) -> str:
    """Write a spec: one section for each contract, then what was not carried over."""
    parts = [f"---\ntitle: {_scalar(translation.title)}\n---\n# {_heading(translation.title)}\n"]
    parts.append(f"Made from the {translation.peer} contracts in {_prose(path)}. From here on this text is the rule.\n")
    for contract in translation.contracts:
        parts.append(f"## {_heading(contract.name)} {{#{contract.id}}}\n")
        if contract.prose:
            parts.append(f"{_prose(contract.prose)}\n")
        parts.append("\n".join(["```yaml invariant", *_fields(contract), "```\n"]))
    lost = [*translation.dropped, *translation.unwritten]
    if lost:
        parts.append("## Not carried over {#not-carried-over}\n")
        parts.append("\n".join(f"- {_prose(said(dropped))}" for dropped in lost) + "\n")
    return "\n".join(parts)


def said(dropped: Dropped) -> str:
    """Say in one line what was not carried over, and why."""
    place = f"line {dropped.line}: " if dropped.line else ""
    return f"{place}{dropped.what}: {dropped.reason}"


def _fields(contract: Contract) -> Iterator[str]:
    yield f"id: {contract.id}"
    yield f"name: {_scalar(contract.name)}"
    yield f"kind: {contract.kind}"
    for key, value in contract.options.items():
        yield from _entry(key, value, "")
    if contract.severity != "error":
        yield f"severity: {contract.severity}"
    if contract.exceptions:
        yield "except:"
        for let in contract.exceptions:
            yield f"  - what: {_scalar(let.what)}"
            yield f"    because: {_scalar(let.because)}"
            if let.until:
                yield f"    until: {let.until}"
    if contract.why:
        yield f"why: {_scalar(contract.why)}"


def _entry(key: str, value: Yaml, indent: str) -> Iterator[str]:
    """Write one key: on its line where that is short, else with its parts below it."""
    name = _scalar(key)
    flow = f"{indent}{name}: {_flow(value)}"
    if len(flow) <= WIDTH or not isinstance(value, dict | list) or not value:
        yield flow
        return
    yield f"{indent}{name}:"
    if isinstance(value, dict):
        for inner, below in value.items():
            yield from _entry(inner, below, f"{indent}  ")
    else:
        for item in value:
            yield f"{indent}  - {_flow(item)}"


def _flow(value: Yaml) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value) if isinstance(value, str) else json.dumps(value)


def _scalar(text: str) -> str:
    """Write a text plainly where YAML reads it back as the same text, else in quotes."""
    plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS and not text.startswith("=")
    return text if plain else json.dumps(text, ensure_ascii=not text.isprintable())


def _heading(text: str) -> str:
    return _prose(" ".join(text.split())) or "Contract"


def _prose(text: str) -> str:
    """Take what Markdown would read as markup out of a text of the peer's file."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
