"""The languages Holdfast reads, one file each. To add one: write `drift/languages/NAME.py`, add it to `LANGUAGES`."""

from drift.language import Language
from drift.languages.c import C
from drift.languages.csharp import CSharp
from drift.languages.go import Go
from drift.languages.java import Java
from drift.languages.kotlin import Kotlin
from drift.languages.python import Python
from drift.languages.ruby import Ruby
from drift.languages.rust import Rust
from drift.languages.typescript import TypeScript

LANGUAGES: tuple[Language, ...] = (
    Python(),
    TypeScript(),
    Go(),
    Java(),
    Rust(),
    Ruby(),
    C(),
    Kotlin(),
    CSharp(),
)
