"""What manifests declare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.declared import declared_in, is_manifest, same_package

MANIFESTS = {
    "pyproject.toml": (
        (
            '[project]\ndependencies = ["httpx[http2]>=1"]\n[project.optional-dependencies]\nx = ["b"]\n'
            '[dependency-groups]\ndev = ["pytest"]\n[tool.poetry.dependencies]\npython = "3"\nflask = "1"\n'
        ),
        ["b", "flask", "httpx", "pytest"],
    ),
    "requirements/requirements-dev.txt": ("# tools\n-r base.txt\nrequests==1\n", ["requests"]),
    "web/package.json": ('{"dependencies": {"@a/b": "1"}, "devDependencies": {"c": "2"}}', ["@a/b", "c"]),
    "go.mod": ("module x\nrequire github.com/a/b v1.0.0\nrequire (\n\tgo.uber.org/zap v1.2.3\n)\n", None),
    "Cargo.toml": ('[dependencies]\nserde = "1"\n[dev-dependencies]\nx = "1"\n', ["serde", "x"]),
    "composer.json": ('{"require": {"php": ">=8", "a/b": "1"}}', ["a/b"]),
    "Gemfile": ("gem 'rails', '7'\n  gem \"pg\"\n", ["pg", "rails"]),
    "A.csproj": ('<PackageReference Include="Dapper" Version="1" />', ["Dapper"]),
    "pom.xml": ("<dependency><groupId>g</groupId>\n<artifactId>a</artifactId></dependency>", ["g:a"]),
    "Directory.Build.props": ('<GlobalPackageReference Include="StyleCop" Version="1" />', ["StyleCop"]),
    "gradle/libs.versions.toml": (
        (
            '[versions]\nokio = "3"\n[libraries]\nokio = { module = "com.squareup.okio:okio", version.ref = "okio" }\n'
            'junit = "junit:junit:4.13"\nmoshi = { group = "com.squareup.moshi", name = "moshi", version = "1" }\n'
        ),
        ["com.squareup.moshi:moshi", "com.squareup.okio:okio", "junit:junit"],
    ),
    "build.gradle": ("  implementation 'g:a:1.0'\n testImplementation(\"h:b:2\")\n", ["g:a", "h:b"]),
}


@pytest.mark.parametrize("path", MANIFESTS)
def test_each_manifest(path: str) -> None:
    text, names = MANIFESTS[path]
    assert [name for name, _ in declared_in(path, text)] == (names or ["github.com/a/b", "go.uber.org/zap"])


def test_what_others_need_is_not_declared() -> None:
    text = "require (\n\tgithub.com/a/b v1.0.0 // indirect\n\tgithub.com/c/d v1.0.0 // why\n)\n"
    assert declared_in("go.mod", text) == [("github.com/c/d", 3)]


def test_lines() -> None:
    assert declared_in("requirements.txt", "a\n\nbb\n") == [("a", 1), ("bb", 3)]


ODD = st.text(max_size=40) | st.sampled_from(["[1]", "[project]\ndependencies = 3", "project = 1"])


@given(path=st.sampled_from(sorted(MANIFESTS)), text=ODD)
def test_whatever_stands_in_it(path: str, text: str) -> None:
    assert is_manifest(path)
    assert all(line >= 1 for _, line in declared_in(path, text))


def test_names_of_one_package() -> None:
    assert same_package("Ruamel.Yaml", "ruamel_yaml")
    assert not same_package("requests", "request")
    assert not is_manifest("src/main.py")
