"""Python as grimp reads it: which modules there are, and where each import ends. Knows no contracts.

grimp sees the root packages alone. A folder below a package counts only with an `__init__.py` of its own; a name ends
at the module it names or at that module's parent, else it is external, and external names are cut short.
"""

from collections.abc import Callable, Collection, Iterable, Mapping

from drift.facts import EdgeAttribute, FileFacts, RawImport, Tier
from drift.language import Edge, Layout, Module, Placement, Resolution, Resolver
from drift.languages.python import Python
from drift.languages.support.folders import ancestors, folder_of, join
from specs.values import dataclass

INIT = "__init__.py"
NO_INIT = "import-linter does not look there: the folder has no __init__.py"
STUB = frozenset({EdgeAttribute.STUB, EdgeAttribute.TYPE_ONLY})


@dataclass(frozen=True, slots=True)
class GrimpPython:
    """The Python language with grimp's eyes. `roots` are pairs of a root package and the folder that holds it."""

    roots: tuple[tuple[str, str], ...]
    externals: bool
    name: str = "python"
    version: int = Python().version
    suffixes: tuple[str, ...] = (".py", ".pyi")
    manifest_names: tuple[str, ...] = ()
    plain: bool = True

    def dialect(self, path: str) -> str:
        """Name the grammar, as the language does."""
        return Python().dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file, as the language does."""
        return Python().extract(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the modules below the root packages; no other file has a place."""
        modules: dict[str, Module] = {}
        module_of: dict[str, str] = {}
        stubs: dict[str, str] = {}
        for package, folder in self.roots:
            for path, name in modules_below(package, folder, layout.paths).items():
                if path.endswith(".pyi"):
                    stubs[path] = name
                    continue
                is_package = path.endswith("/" + INIT)
                if name not in modules or not is_package:
                    modules[name] = Module(name, path, self.name, is_package)
                module_of[path] = name
        module_of.update({path: name for path, name in stubs.items() if name in modules})
        return Placement(modules, module_of, {})

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:  # noqa: ARG002 - all is in the placement
        """Prepare to resolve imports."""
        return GrimpResolver(placement, tuple(package for package, _folder in self.roots), externals=self.externals)

    def reads(self, paths: Iterable[str]) -> list[str]:
        """Give those of the files that may have a place."""
        starts = tuple(f"{folder}/" for _package, folder in self.roots)
        return [path for path in paths if path.startswith(starts)]

    def left_out(self, paths: Iterable[str], placed: Collection[str]) -> Mapping[str, str]:
        """Name the topmost folders below the root packages whose files grimp does not see: those without a place."""
        lost = self.reads(path for path in sorted(frozenset(paths).difference(placed)) if path.endswith(".py"))
        if not lost:
            return {}
        found: dict[str, str] = {}
        folders = {folder_of(path) for path in placed if path.endswith(".py")}
        for _package, folder in self.roots:
            for path in lost:
                if path.startswith(folder + "/"):
                    found.setdefault(_top_unseen(folder_of(path), folder, folders), NO_INIT)
        return found


def _top_unseen(folder: str, root: str, seen: set[str]) -> str:
    """Give the topmost folder on the way up to the root in which nothing is seen."""
    unseen = [above for above in ancestors(folder) if above.startswith(root + "/") and above not in seen]
    return unseen[-1] if unseen else folder


def find_roots(
    packages: Iterable[str], paths: Iterable[str], preferred: Callable[[], Iterable[str]]
) -> tuple[tuple[str, str], ...]:
    """Find the folder of each root package: where Python's path is most likely to lead.

    `preferred` gives the folders that are likely to be on that path, the likeliest first; it is asked where a package
    lies in several places.
    """
    paths = [path for path in paths if path.endswith(".py")]
    names = [(package, package.replace(".", "/")) for package in packages]
    tails = tuple(f"{below}/{INIT}" for _package, below in names)
    inits = [path for path in paths if path.endswith(tails)]
    every: set[str] = set()
    order: dict[str, int] = {}
    found: list[tuple[str, str]] = []
    for package, below in names:
        # Where there are regular packages of the name, others of the name do not count.
        homes = _homes(below, (path[: -len(INIT) - 1] for path in inits))
        if not homes:
            every = every or {above for folder in {folder_of(path) for path in paths} for above in ancestors(folder)}
            homes = _homes(below, every)
        if len(homes) > 1:
            # A folder that is a package itself may still be on the path: a stray `src/__init__.py` is found often.
            regular = {path[: -len(INIT) - 1] for path in paths if path.endswith("/" + INIT)}
            homes = [home for home in homes if home not in regular] or homes
        if len(homes) > 1:
            order = order or {folder: rank for rank, folder in enumerate(preferred())}
            homes.sort(key=lambda home: (order.get(home, len(order)), home.count("/"), home))
        found += [(package, join(home, below)) for home in homes[:1]]
    return tuple(found)


def _homes(below: str, folders: Iterable[str]) -> list[str]:
    """Give what holds those of the folders that end as a package does."""
    return [folder[: -len(below)].rstrip("/") for folder in folders if folder == below or folder.endswith("/" + below)]


def modules_below(package: str, folder: str, paths: Iterable[str]) -> dict[str, str]:
    """Name the module of each file below a root package that grimp would find."""
    start = folder + "/"
    inside = [path for path in paths if path.startswith(start) and path.endswith((".py", ".pyi"))]
    regular = {folder_of(path) for path in inside if path.endswith("/" + INIT)}
    known: dict[str, bool | None] = {folder: folder in regular}
    found: dict[str, str] = {}
    for path in sorted(inside):
        home, _, name = path.rpartition("/")
        stem = name.partition(".")[0]
        if not stem or name.count(".") > 1 or _portion(home, folder, regular, known) is None:
            continue
        parts = [package, *home[len(start) :].split("/")] if home != folder else [package]
        found[path] = ".".join(parts if stem == "__init__" else [*parts, stem])
    return found


def _portion(home: str, root: str, regular: set[str], known: dict[str, bool | None]) -> bool | None:
    """Say whether a folder is part of a regular package (True), of a namespace (False), or out of grimp's sight."""
    if home not in known:
        above, _, name = home.rpartition("/")
        outer = _portion(above, root, regular, known)
        if outer is None or not name.isidentifier():
            known[home] = None
        elif home in regular:
            known[home] = True
        else:
            known[home] = None if outer else False
    return known[home]


class GrimpResolver:
    """Resolves the imports of one file at a time."""

    def __init__(self, placement: Placement, roots: tuple[str, ...], *, externals: bool) -> None:
        self._modules = placement.modules
        self._module_of = placement.module_of
        self._roots = roots
        self._externals = externals
        self._known: dict[str, tuple[str, bool]] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file; nothing is unresolved, since what is not internal is external."""
        name = self._module_of[path]
        module = self._modules[name]
        own = STUB if path.endswith(".pyi") else frozenset[EdgeAttribute]()
        edges: dict[Edge, None] = {}
        for raw in facts.imports:
            for target in _names(raw, name, is_package=module.is_package or path.endswith("/__init__.pyi")):
                imported, external = self._known.get(target) or self._find(target)
                if imported and imported != name:
                    attributes = raw.attributes | own | ({EdgeAttribute.EXTERNAL} if external else set())
                    if own:
                        attributes -= {EdgeAttribute.RUNTIME}
                    edges[Edge(name, imported, path, raw.line, raw.column, frozenset(attributes))] = None
        return Resolution(tuple(edges), ())

    def _find(self, target: str) -> tuple[str, bool]:
        """Give the module that a name ends at, and whether it is external; "" for none."""
        parent = target.rpartition(".")[0]
        internal = target if target in self._modules else parent if parent in self._modules else ""
        outer = "" if internal or not self._externals else self._distilled(target)
        external = bool(outer) and not any(outer == root or outer.startswith(f"{root}.") for root in self._roots)
        found = self._known[target] = (internal or outer, external)
        return found

    def _distilled(self, target: str) -> str:
        """Cut an external name short: to its first part, or to where it leaves the namespace of a root package."""
        if any(root.startswith(f"{target}.") for root in self._roots):
            return ""
        first = target.partition(".")[0]
        portions: set[str] = set()
        parts = target.split(".")
        for root in self._roots:
            if root.startswith(f"{first}."):
                inner = root.split(".")
                shared = 0
                while shared < min(len(inner), len(parts)) and inner[shared] == parts[shared]:
                    shared += 1
                portions.add(".".join(parts[: shared + 1]))
        return max(portions, key=lambda portion: (portion.count("."), portion)) if portions else first


def _names(raw: RawImport, module: str, *, is_package: bool) -> Iterable[str]:
    """Give the full dotted names that one import statement speaks of."""
    rest = raw.target.lstrip(".")
    dots = len(raw.target) - len(rest)
    base = rest
    if dots:
        parts = module.split(".")
        kept = len(parts) - dots + (1 if is_package else 0)
        if kept < 1:
            return ()
        base = ".".join([*parts[:kept], *([rest] if rest else [])])
    return [f"{base}.{name}" for name in raw.names] if raw.names else [base]
