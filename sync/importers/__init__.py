"""The peers whose contracts are understood: one file each, registered by one line. Knows how to find a file's peer."""

from sync.importers.dependency_cruiser import DependencyCruiser
from sync.importers.deptrac import Deptrac
from sync.importers.go_arch_lint import GoArchLint
from sync.importers.import_linter import ImportLinter
from sync.importers.tach import Tach
from sync.translation import Importer

IMPORTERS: tuple[Importer, ...] = (ImportLinter(), Tach(), DependencyCruiser(), Deptrac(), GoArchLint())


def find_importer(path: str, text: str) -> Importer | None:
    """Give the peer whose file this is; None when none knows it."""
    return next((importer for importer in IMPORTERS if importer.recognises(path, text)), None)
