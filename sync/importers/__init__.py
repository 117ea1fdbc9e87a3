"""The peers whose contracts are understood: one file each, registered by one line. Knows how to find a file's peer."""

from drift.registry import Registry
from sync.importers.support.translation import Importer

IMPORTERS: Registry[Importer] = Registry(
    "sync.importers",
    {
        "import_linter": "ImportLinter",
        "tach": "Tach",
        "dependency_cruiser": "DependencyCruiser",
        "deptrac": "Deptrac",
        "go_arch_lint": "GoArchLint",
    },
)


def find_importer(path: str, text: str) -> Importer | None:
    """Give the peer whose file this is; None when none knows it."""
    return next((importer for importer in IMPORTERS if importer.recognises(path, text)), None)
