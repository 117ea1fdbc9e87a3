"""Holds the law `render(parse(text)) == text` against real texts, and says how fast parsing was.

Usage: python benchmarks/lossless.py FILE.jsonl.gz ...
Each line of a file is a JSON object; every text in it under base, ours, theirs, resolved or text is one case.
Prints totals; exits with 1 if any text is not given back exactly, or if its blocks do not lie on their lines.
"""

import gzip
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from specs.document import Document
from specs.lines import split_lines
from specs.parser import parse, render

FIELDS = ("base", "ours", "theirs", "resolved", "text")


def texts(path: Path) -> Iterator[str]:
    """Yield every distinct text of a corpus file."""
    seen: set[int] = set()
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in rows:
            record = json.loads(row)
            for name in FIELDS:
                text = record.get(name)
                if isinstance(text, str) and hash(text) not in seen:
                    seen.add(hash(text))
                    yield text


def fault(text: str, document: Document) -> str:
    """Say what is wrong with a document, or give an empty text."""
    if render(document) != text:
        return "not lossless"
    line = 1
    for block in document.blocks:
        if block.line != line:
            return f"block on line {block.line} should be on line {line}"
        line += len(split_lines(block.text))
    lines = split_lines(text)
    for mention in document.mentions:
        if not lines[mention.line - 1][mention.column - 1 :].startswith("`"):
            return f"mention {mention.text!r} is not at {mention.line}:{mention.column}"
    return ""


def main(paths: list[Path]) -> int:
    """Check all files, print totals and the slowest text."""
    count = size = faults = mentions = problems = 0
    worst, spent = (0.0, 0), 0.0
    for path in paths:
        for text in texts(path):
            begin = time.process_time()
            document = parse(text)
            took = time.process_time() - begin
            worst, spent = max(worst, (took, len(text))), spent + took
            count, size = count + 1, size + len(text)
            mentions, problems = mentions + len(document.mentions), problems + len(document.problems)
            if what := fault(text, document):
                faults += 1
                print(f"FAULT in {path.name}: {what}: {text[:80]!r}")
    print(f"{count} texts, {size} characters, {mentions} mentions, {problems} problems, {faults} faults")
    pace = size / max(spent, 1e-9) / 1e6
    print(f"parse: {spent:.2f} s CPU, {pace:.2f} M characters/s, slowest {worst[0]:.3f} s for {worst[1]}")
    return 1 if faults or not count else 0


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
