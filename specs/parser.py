"""Makes a `Document` of a text, and the text of a `Document`. Never raises: whatever is wrong becomes a problem.

Lossless by construction: every line of the source belongs to exactly one block. Knows nothing of code or of other
specs; checks that need several documents are made elsewhere.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from specs.anchors import Anchors, Heading, resolve
from specs.document import (
    STATEMENT_KINDS,
    Block,
    BlockKind,
    BrokenBlock,
    Document,
    FrontMatter,
    InvariantBlock,
    Mention,
    PolicyBlock,
    Section,
)
from specs.fences import Fence, hidden_mark, meaning, read_fence
from specs.frontmatter import BOM, read_front_matter
from specs.lines import split_lines, without_end
from specs.markdown import MAX_CHARACTERS, MAX_LINES, Leaf, Outline, fits, outline, plain_text, readable, split_anchor
from specs.mentions import Source, find_mentions
from specs.problem import Problem
from specs.values import dataclass, field, replace

MAX_YAML = 256 * 1024

_KINDS = {
    "heading": BlockKind.HEADING,
    "paragraph": BlockKind.PARAGRAPH,
    "item": BlockKind.LIST_ITEM,
    "row": BlockKind.TABLE_ROW,
    "fence": BlockKind.FENCE,
}


def parse(text: str) -> Document:
    """Read a spec. Any text gives a document whose blocks join to that text; what is wrong is in its problems."""
    if not fits(text):
        hint = f"Keep a spec under {MAX_CHARACTERS} characters and {MAX_LINES} lines: split it by subject."
        return _opaque(text, Problem("too-large", "This text is too large to be read as a spec.", 1, 1, hint))
    lines, clean = split_lines(text), split_lines(readable(text))
    front = read_front_matter(clean)
    first = front.lines
    body = "".join(clean[first:])
    found = outline(body.removeprefix(BOM) if first == 0 else body)
    if not found.complete:
        hint = "Nest lists and quotes less deeply."
        return _opaque(text, Problem("too-nested", "This text nests too much to be read as a spec.", 1, 1, hint))
    source = Source(clean, first, found.env)
    return _Builder(text, lines, first, found, source).document(front.front_matter, front.problems)


def render(document: Document) -> str:
    """Give the text of a document: its blocks, joined."""
    return "".join(block.text for block in document.blocks)


def section_at(document: Document, anchor: str) -> Section | None:
    """Find the section an address means.

    An address longer than needed works too (`payments/refunds/errors` where `errors` alone is clear), so that a link by
    parents outlives its neighbours.
    """
    by_anchor = {section.anchor: section for section in document.sections}
    if anchor in by_anchor:
        return by_anchor[anchor]
    wanted = anchor.split("/")
    fitting = [s for s in document.sections if _path(s, by_anchor)[-len(wanted) :] == wanted]
    return fitting[0] if len(fitting) == 1 else None


def statements(document: Document) -> tuple[Block, ...]:
    """Give the blocks that have an author: headings, paragraphs, list items, table rows and fences."""
    return tuple(block for block in document.blocks if block.kind in STATEMENT_KINDS)


def _path(section: Section, by_anchor: dict[str, Section]) -> list[str]:
    path = [section.anchor.rpartition("/")[2]]
    while section.parent:
        section = by_anchor[section.parent]
        path.append(section.anchor.rpartition("/")[2])
    return path[::-1]


def _opaque(text: str, problem: Problem) -> Document:
    """Make a document of a text that is not looked into: one block, one problem."""
    blocks = (Block(BlockKind.OTHER, text, 1),)
    return Document(text, "", FrontMatter(), blocks, (), (), (), (), (problem,))


@dataclass
class _Builder:
    """Assembles one document. Line numbers inside are indices from 0 into `lines`; `first` is the body's first."""

    text: str
    lines: list[str]
    first: int
    found: Outline
    source: Source
    problems: list[Problem] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    invariants: list[InvariantBlock] = field(default_factory=list)
    policies: list[PolicyBlock] = field(default_factory=list)
    broken: list[BrokenBlock] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)
    yaml_left: int = MAX_YAML

    def document(self, front_matter: FrontMatter, problems: Sequence[Problem]) -> Document:
        headings = [leaf for leaf in self.found.leaves if leaf.kind == "heading"]
        written = [self.heading(leaf) for leaf in headings]
        anchors = resolve(written)
        sections = self.sections(headings, written, anchors)
        blocks = tuple(self.blocks(anchors))
        self.problems += [*problems, *anchors.problems, *self.inferred(front_matter, anchors)]
        for line in self.found.too_nested:
            hint = "Nest lists and quotes less deeply: what follows below this line may not have been read."
            self.problems.append(Problem("too-nested", "Nested too deep.", line + self.first + 1, 1, hint))
        return Document(
            text=self.text,
            title=front_matter.title or (written[0].title if written else ""),
            front_matter=front_matter,
            blocks=blocks,
            sections=sections,
            invariants=tuple(self.invariants),
            policies=tuple(self.policies),
            mentions=tuple(self.mentions),
            problems=tuple(sorted(self.problems, key=lambda p: (p.line, p.column))),
            broken=tuple(self.broken),
        )

    def heading(self, leaf: Leaf) -> Heading:
        source, name = split_anchor(leaf.content)
        title = plain_text(source, self.found.env).strip()
        return Heading(leaf.level, source, title, name, leaf.first + self.first + 1)

    def sections(self, leaves: Sequence[Leaf], written: Sequence[Heading], anchors: Anchors) -> tuple[Section, ...]:
        starts = [0, *accumulate(len(line) for line in self.lines)]
        ends = [len(self.lines)] * len(leaves)
        open_: list[int] = []
        for index, leaf in enumerate(leaves):
            while open_ and leaves[open_[-1]].level >= leaf.level:
                ends[open_.pop()] = leaf.first + self.first
            open_.append(index)
        sections = []
        for index, (leaf, heading) in enumerate(zip(leaves, written, strict=True)):
            first, last = leaf.first + self.first, leaf.last + self.first
            following = leaves[index + 1].first + self.first if index + 1 < len(leaves) else len(self.lines)
            parent = anchors.parents[index]
            section = Section(
                anchor=anchors.names[index],
                title=heading.title,
                level=leaf.level,
                line=first + 1,
                end_line=ends[index],
                text=self.text[starts[first] : starts[ends[index]]],
                body=self.text[starts[last] : starts[following]],
                parent=anchors.names[parent] if parent >= 0 else "",
            )
            sections.append(section)
        return tuple(sections)

    def blocks(self, anchors: Anchors) -> Iterator[Block]:
        """Tile the lines; what stands inside each block is read on the way."""
        if self.first:
            yield Block(BlockKind.FRONT_MATTER, "".join(self.lines[: self.first]), 1)
        names = iter(anchors.names)
        anchor, line = "", self.first
        for leaf in self.found.leaves:
            first, last = max(line, leaf.first + self.first), min(leaf.last + self.first, len(self.lines))
            yield from self.gap(line, first, anchor)
            if leaf.kind == "heading":
                anchor = next(names)
            if first >= last:
                continue
            text = "".join(self.lines[first:last])
            yield Block(_KINDS.get(leaf.kind, BlockKind.OTHER), text, first + 1, anchor, leaf.info)
            self.read(leaf, text, anchor)
            line = last
        yield from self.gap(line, len(self.lines), anchor)

    def gap(self, first: int, last: int, anchor: str) -> Iterator[Block]:
        """Tile lines that are in no leaf: runs of blank ones, and runs of others (link definitions, quote marks)."""
        start = first
        for line in range(first, last):
            blank = not self.lines[line].strip(" \t\r\n")
            if line + 1 == last or blank == bool(self.lines[line + 1].strip(" \t\r\n")):
                kind = BlockKind.BLANK if blank else BlockKind.OTHER
                yield Block(kind, "".join(self.lines[start : line + 1]), start + 1, anchor)
                start = line + 1

    def read(self, leaf: Leaf, text: str, anchor: str) -> None:
        line = leaf.first + self.first + 1
        if leaf.kind == "fence":
            self.fence(Fence(leaf.info, leaf.content, text, line, anchor, leaf.closed), leaf)
        elif leaf.kind in {"code", "html"}:
            self.hidden(leaf, line)
        mentions = find_mentions(leaf, self.source, anchor, text.strip())
        if mentions is None:
            hint = "Split it up, or put it into a fenced block."
            problem = Problem("too-nested", "Too many nested brackets to look for mentions here.", line, 1, hint)
            self.problems.append(replace(problem, severity="warning"))
        self.mentions += mentions or ()

    def hidden(self, leaf: Leaf, line: int) -> None:
        """Warn of an invariant that Markdown takes for code or HTML; one in a comment is meant to be off."""
        at = None if leaf.content.lstrip().startswith("<!--") else hidden_mark(leaf.content)
        if at is not None:
            how = "code, for it is indented" if leaf.kind == "code" else "HTML, for no blank line parts it from a tag"
            hint = "Indent it by less than four blanks, or leave a blank line above it."
            message = f"Markdown takes this block for {how}: it does not count."
            self.problems.append(Problem("hidden-fence", message, line + at, 1, hint, "warning"))

    def fence(self, fence: Fence, leaf: Leaf) -> None:
        if meaning(fence.info):
            self.yaml_left -= len(fence.content)
            if self.yaml_left < 0:
                if meaning(fence.info) == "policy":
                    self.policies.append(PolicyBlock({}, fence.anchor, fence.line, fence.text, broken=True))
                else:
                    self.broken.append(BrokenBlock(fence.line, fence.anchor))
                hint = f"Keep the blocks of one spec under {MAX_YAML // 1024} KiB: split the spec."
                self.problems.append(Problem("too-large", "Too much YAML in one spec.", fence.line, 1, hint))
                return
        read = read_fence(fence)
        if isinstance(read.block, InvariantBlock):
            self.invariant(read.block)
        elif isinstance(read.block, PolicyBlock):
            self.policies.append(read.block)
        elif isinstance(read.block, BrokenBlock):
            self.broken.append(read.block)
        elif not fence.closed and leaf.last + self.first >= len(self.lines):
            hint = "Close it by a line of the same backticks or tildes: it swallows all that follows."
            problem = Problem("unclosed-fence", "This fenced block never ends.", fence.line, 1, hint, "warning")
            self.problems.append(problem)
        rows = leaf.content.split("\n")
        for problem in read.problems:
            row, width = problem.line - fence.line - 1, len(without_end(self.source.lines[problem.line - 1]))
            shift = max(0, width - len(rows[row])) if 0 <= row < len(rows) else 0  # what a list or quote indents
            self.problems.append(replace(problem, column=problem.column + shift))

    def invariant(self, block: InvariantBlock) -> None:
        first = self.ids.setdefault(block.id, block.line)
        if first != block.line:
            hint = "Give each invariant an id of its own: findings are filed under it."
            message = f"The id {block.id} is taken by the invariant on line {first}."
            self.problems.append(Problem("duplicate-id", message, block.line, 1, hint))
        self.invariants.append(block)

    def inferred(self, front_matter: FrontMatter, anchors: Anchors) -> Iterator[Problem]:
        """Check that `inferred` names sections that exist: a statement that no one confirmed must not lose its mark."""
        known = set(anchors.names)
        line = front_matter.lines.get("inferred", 1)
        for anchor in front_matter.inferred:
            if anchor not in known:
                hint = "Name sections by their anchors, or delete the entry."
                yield Problem(
                    "unknown-anchor", f"inferred names {anchor}, and no section has it.", line, 1, hint, "warning"
                )
