"""What is no part of a product."""

import pytest

from drift.learning.beside import is_aside


@pytest.mark.parametrize(
    ("name", "language", "paths"),
    [
        ("eslint.config", "typescript", ["eslint.config.js"]),
        ("packages/web/vite.config", "typescript", ["packages/web/vite.config.ts"]),
        ("packages.api.setup", "python", ["packages/api/setup.py"]),
        ("conftest", "python", ["src/conftest.py"]),
        ("shop-core/build.gradle", "kotlin", ["shop-core/build.gradle.kts"]),
        ("rector", "php", ["rector.php"]),
        ("example.com/shop/kit/examples/hello", "go", ["kit/examples/hello/main.go"]),
        ("Utils", "csharp", ["build/Utils/Reader.cs", "build/Utils/Writer.cs"]),
        ("tests.pay", "python", ["tests/pay.py"]),
    ],
)
def test_aside(name, language, paths):
    assert is_aside(name, language, paths)


@pytest.mark.parametrize(
    ("name", "language", "paths"),
    [
        ("shop.setup.wizard", "python", ["src/shop/setup/wizard.py"]),
        ("src/config/routes", "typescript", ["src/config/routes.ts"]),
        ("Utils", "csharp", ["build/Utils/Reader.cs", "src/Utils/Reader.cs"]),
        ("shop.docs", "python", ["src/shop/docs/__init__.py"]),
    ],
)
def test_product(name, language, paths):
    assert not is_aside(name, language, paths)
