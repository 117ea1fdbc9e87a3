"""Finds the specs of a check in a code tree, or in a folder beside it, and reads them. Parses, judges nothing."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from drift.mentions.product import speaks_of_present
from drift.source import CodeTree, FileKind, plain_paths
from specs.admonitions import unfolded
from specs.document import Document
from specs.errors import HoldfastError, UserError
from specs.hygiene.examined import Examined
from specs.places import ADR_DIR, DEFAULT_FOLDERS, default_specs, is_decision, is_template
from specs.reach import NOWHERE_NAMED, reach_of, seen_from
from specs.values import dataclass, field, replace
from sync.cache.factcache import FactCache
from sync.cache.speccodec import decode_spec, encode_spec
from sync.trees.config import Config
from sync.trees.config import folder as folder_below
from sync.trees.fstree import FolderTree
from sync.trees.sides import NoSpecsError, Side, under_root

if TYPE_CHECKING:
    from sync.specfiles.served import Served

SPEC_LIMIT = 2_000_000
SUFFIX = ".md"


@dataclass(frozen=True, slots=True)
class SpecTexts:
    """The specs of a check by path, and those that could not be read, with the reason.

    `prose` are the documents that are no specs: README and documentation, read for the names in them alone.
    `examined` is the hygiene of the others.
    """

    documents: Mapping[str, Document]
    left_out: Mapping[str, str]
    prose: frozenset[str] = frozenset()
    examined: Mapping[str, Examined] = field(default_factory=dict)


def read_specs(side: Side, folder: "Path | Served | None", cache: FactCache, *, prose: bool = False) -> SpecTexts:
    """Read the specs of a side: of the folder that was named, or as a server gave them, else as configured.

    `prose` adds, where no specs are configured, all Markdown that speaks of the present: its names can be checked.
    A text of which the cache knows what it says is not parsed again. Raises `UserError`.
    """
    if folder is not None and not isinstance(folder, Path):
        return SpecTexts(beside_packages(side, folder.documents(side.under, names_of(side))), {})
    return as_seen(side, _read_specs(side, folder, cache, prose=prose))


def beside_packages(
    side: Side, documents: Mapping[str, Document], files: Mapping[str, str] | None = None
) -> dict[str, Document]:
    """Give specs from elsewhere with the packages beside which their files lie; `files` has those of other names."""
    beside = packaged(side.tree, side.config)
    named = ((path, path if files is None else files.get(path, "")) for path in documents)
    return {path: replace(documents[path], within=beside.get(file, "")) for path, file in named}


def as_seen(side: Side, specs: SpecTexts) -> SpecTexts:
    """Give specs that name repositories as this one is to be held against them."""
    if all(reach_of(document) == NOWHERE_NAMED for document in specs.documents.values()):
        return specs
    names = names_of(side)
    return replace(specs, documents={path: seen_from(one, names) for path, one in specs.documents.items()})


def names_of(side: Side) -> frozenset[str]:
    """Give what this repository is called: by its configuration, else by the addresses it is fetched from."""
    if side.config.repository:
        return frozenset({side.config.repository})
    if side.repository is None:
        return frozenset()
    from sync.binding.remotes import names_of_address  # noqa: PLC0415 (few specs name repositories)

    return frozenset[str]().union(*map(names_of_address, side.repository.urls()))


def _read_specs(side: Side, folder: Path | None, cache: FactCache, *, prose: bool) -> SpecTexts:
    if folder is None:
        return specs_in(side.tree, side.config, cache, prose=prose)
    inside = under_root(side, folder)
    if inside is not None and any(below(path, inside) for path in side.tree.files):
        return specs_in(side.tree, replace(side.config, specs=(inside,), source="--specs"), cache)
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder", "name the folder that holds the specs")
    return specs_beside(folder, f"{folder.as_posix().rstrip('/')}/")


def specs_in(tree: CodeTree, config: Config, cache: FactCache, *, prose: bool = False) -> SpecTexts:
    """Read the specs that the configuration names, else those in the first usual folder there is.

    Raises `UserError` when there are none.
    """
    beside = packaged(tree, config)
    found = specs_of_root(tree, config, cache, prose=prose, least=0 if beside else 1)
    if not beside:
        return found
    own = read_files(tree, [path for path in beside if path not in found.documents or path in found.prose], cache)
    documents = {path: replace(one, within=beside[path]) for path, one in own.documents.items()}
    return SpecTexts(
        dict(sorted({**found.documents, **documents}.items())),
        {**found.left_out, **own.left_out},
        found.prose - documents.keys(),
        {**found.examined, **own.examined},
    )


def packaged(tree: CodeTree, config: Config) -> dict[str, str]:
    """Give the specs that lie beside packages, each with the folder of its package."""
    if config.packages is None and config.specs:
        return {}
    from sync.specfiles.packages import specs_of_packages  # noqa: PLC0415 (a verdict that was kept knows)

    return {path: folder for folder, paths in specs_of_packages(tree, config).items() for path in paths}


def specs_of_root(tree: CodeTree, config: Config, cache: FactCache, *, prose: bool, least: int) -> SpecTexts:
    """Read the specs of the root, without those of packages; `least` 0 lets there be none."""
    chosen = paths_of_specs(tree, config, least=0 if prose and not config.specs else least)
    return with_prose(tree, chosen, config, cache) if prose and not config.specs else read_files(tree, chosen, cache)


def paths_of_specs(tree: CodeTree, config: Config, *, least: int = 1) -> tuple[str, ...]:
    """Name the specs of the root, none of which is read; `least` 0 lets there be none. Raises `NoSpecsError`."""
    markdown = [path for path in plain_paths(tree.files) if path.endswith(SUFFIX)]
    if config.specs:
        chosen = (path for path in markdown if any(below(path, one) for one in config.specs) and not is_template(path))
        found = tuple(chosen)
        if not found and least:
            raise NoSpecsError(
                f"{config.source}: there is no spec in {' or '.join(config.specs)}",
                "write one there (a Markdown file), or correct `specs`; files that git ignores do not count",
            )
        return found
    found = default_specs(markdown, decisions_folder(tree))
    if found or not least:
        return found
    raise NoSpecsError(
        f"there are no specs in this {tree.label}: none of {', '.join(DEFAULT_FOLDERS)} holds a Markdown file",
        "run `holdfast init` to write a first one, or name their folder with --specs",
    )


def look_for_specs(tree: CodeTree, config: Config) -> None:
    """See that there are specs, before the files are looked at. Raises `NoSpecsError`."""
    if not packaged(tree, config):
        paths_of_specs(tree, config)


def decisions_folder(tree: CodeTree) -> str:
    """Give the folder that adr-tools' own file names for decisions; "" where there is none, or it cannot be meant."""
    if ADR_DIR not in tree.files:
        return ""
    try:
        return folder_below(tree.read(ADR_DIR, SPEC_LIMIT).decode("utf-8", "replace").strip(), "the folder", ADR_DIR)
    except HoldfastError:
        return ""


def with_prose(tree: CodeTree, specs: Sequence[str], config: Config, cache: FactCache) -> SpecTexts:
    """Read specs and, for its names, all other Markdown that speaks of what is there now."""
    inside = set(specs)
    other = [
        path
        for path, entry in tree.files.items()
        if path not in inside and entry.kind is FileKind.FILE and speaks_of_present(path) and not config.excludes(path)
    ]
    found, said = read_files(tree, specs, cache), read_files(tree, other, cache, prose=True)
    documents = dict(sorted({**found.documents, **said.documents}.items()))
    return SpecTexts(documents, {**found.left_out, **said.left_out}, frozenset(said.documents), found.examined)


def specs_beside(folder: Path, prefix: str) -> SpecTexts:
    """Read the specs of a folder on disk; their paths begin with `prefix`. Raises `UserError` when there are none."""
    tree = FolderTree(folder)
    chosen = [path for path in plain_paths(tree.files) if path.endswith(SUFFIX)]
    if not chosen:
        raise UserError(f"there is no spec in {folder}", "name a folder that holds Markdown files")
    found = read_files(tree, chosen, FactCache())
    return SpecTexts(
        {prefix + path: document for path, document in found.documents.items()},
        {prefix + path: reason for path, reason in found.left_out.items()},
        examined={prefix + path: examined for path, examined in found.examined.items()},
    )


def below(path: str, folder: str) -> bool:
    """Say whether a path is a folder's (or the file itself); "" is the top."""
    return not folder or path == folder or path.startswith(folder + "/")


def read_files(tree: CodeTree, paths: Iterable[str], cache: FactCache, *, prose: bool = False) -> SpecTexts:
    """Read and parse the given files. One that cannot be read is left out, with the reason."""
    known_texts = cache.specs(prose=prose)
    documents: dict[str, Document] = {}
    examined: dict[str, Examined] = {}
    left_out: dict[str, str] = {}
    for path in paths:
        blob = tree.files[path].blob
        payload = known_texts.get(blob) if blob else None
        known = decode_spec(payload) if payload is not None else None
        if known is None:
            try:
                data = tree.read(path, SPEC_LIMIT)
            except HoldfastError as error:
                left_out[path] = f"spec not read: {error.message}"
                continue
            text = data.decode("utf-8", "replace")
            if "\ufffd" in text and "\ufffd".encode() not in data:
                left_out[path] = "spec is not UTF-8: some of its characters were replaced"
            known = (parsed(unfolded(text)), Examined()) if prose else (parsed(text), looked_through(text))
            if blob and path not in left_out:
                known_texts.add(blob, encode_spec(*known))
        documents[path] = as_it_stands(path, known[0])
        examined[path] = known[1]
    return SpecTexts(documents, left_out, examined=examined)


def as_it_stands(path: str, document: Document) -> Document:
    """Give a spec the status that its own form gives it; what knows the forms is loaded where there may be one."""
    if not (document.invariants or document.mentions) or not is_decision(path, document.text):
        return document
    from specs.dialects import in_force  # noqa: PLC0415 (most specs are no decisions)

    return in_force(path, document)


def parsed(text: str) -> Document:
    """Parse a spec; the libraries for it are loaded on first use."""
    from specs.parser import parse  # noqa: PLC0415 (where all texts are cached, none is parsed)

    return parse(text)


def looked_through(text: str) -> Examined:
    """Look through a spec for what it hides; what knows how is loaded on first use."""
    from specs.hygiene.examining import examine  # noqa: PLC0415 (where all texts are cached, none is looked through)

    return examine(text)
