"""Monorepos: which folders are packages with specs of their own. Knows names and configurations; judges nothing."""

import re
from collections.abc import Iterable

from drift.mentions.product import is_product
from drift.source import CodeTree, plain_paths
from specs.errors import UserError
from specs.places import DEFAULT_FOLDERS, default_specs, folders_of, is_spec, is_template
from sync.trees.config import FILE_NAME, PROJECT_FILE, Config, find_config, glob_regex

MANIFESTS = (
    "/pyproject.toml",
    "/setup.py",
    "/setup.cfg",
    "/package.json",
    "/go.mod",
    "/Cargo.toml",
    "/pom.xml",
    "/build.gradle",
    "/build.gradle.kts",
    "/composer.json",
    "/Gemfile",
    "/mix.exs",
    "/pubspec.yaml",
    "/CMakeLists.txt",
    "/holdfast.toml",
    ".csproj",
    ".fsproj",
    ".gemspec",
)
SUFFIX = ".md"
CONFIG_LIMIT = 1_000_000


def specs_of_packages(tree: CodeTree, config: Config) -> dict[str, tuple[str, ...]]:
    """Give, by package folder, the specs beside it. Those of a package in a package are its own."""
    below: dict[str, list[str]] = {}
    folders = package_folders(tree.files, config)
    if not folders:
        return {}
    for path in plain_paths(tree.files):
        if path.endswith(SUFFIX) and (folder := nearest(path, folders)):
            below.setdefault(folder, []).append(path[len(folder) + 1 :])
    found = {}
    for folder, paths in sorted(below.items()):
        own = config_of(tree, folder).specs
        inside = [path for path in paths if any(not one or path.startswith(f"{one}/") for one in own)]
        chosen = [path for path in inside if not is_template(path)] if own else default_specs(paths)
        if chosen:
            found[folder] = tuple(f"{folder}/{path}" for path in chosen)
    return found


def spec_folders(tree: CodeTree, config: Config) -> tuple[str, ...]:
    """Give the folders beside packages that hold specs."""
    found: list[str] = []
    for folder, paths in specs_of_packages(tree, config).items():
        inside = [path[len(folder) + 1 :] for path in paths]
        usual = (place for place in DEFAULT_FOLDERS if any(is_spec(path, place) for path in inside))
        places = config_of(tree, folder).specs or folders_of(next(usual, ""))
        found += [f"{folder}/{place}".rstrip("/") for place in places]
    return tuple(found)


def package_folders(paths: Iterable[str], config: Config) -> frozenset[str]:
    """Give the folders that are packages: as configured; else, where no specs are either, those with a manifest."""
    if config.packages is not None:
        wanted = re.compile("|".join(_whole(glob) for glob in config.packages) or r"(?!)")
        folders = {folder for path in paths for folder in above(path)}
        return frozenset(folder for folder in folders if wanted.fullmatch(folder))
    if config.specs:
        return frozenset()
    found = {path.rpartition("/")[0] for path in paths if path.endswith(MANIFESTS)} - {""}
    return frozenset(folder for folder in found if is_product(f"{folder}/x.py") and not config.excludes(folder))


def _whole(glob: str) -> str:
    """Give the pattern of the folders that a glob names themselves, without what is below them."""
    return glob_regex(f"/{glob}" if "/" not in glob else glob).removesuffix("(?:/.*)?)") + ")"


def above(path: str) -> Iterable[str]:
    """Give the folders that a path lies in."""
    at = path.find("/")
    while at > 0:
        yield path[:at]
        at = path.find("/", at + 1)


def nearest(path: str, folders: frozenset[str]) -> str:
    """Give the innermost of some folders that a path lies in; "" for none."""
    return max((folder for folder in above(path) if folder in folders), key=len, default="")


def config_of(tree: CodeTree, folder: str) -> Config:
    """Read the configuration of a package, if it has one. Raises `UserError` for one that cannot be used."""

    def read(name: str) -> str | None:
        path = f"{folder}/{name}"
        if name not in {FILE_NAME, PROJECT_FILE} or path not in tree.files:
            return None
        try:
            return tree.read(path, CONFIG_LIMIT).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8", "save it as UTF-8") from error

    found = find_config(("",), read)
    return found[1] if found else Config()
