import pytest

from drift.mentions.product import family, is_product, speaks_of_present

SOURCES = ("kit/src/main/kotlin/com/acme/test/Kit.kt", "kit/src/main/java/com/acme/ChargeTest.java")


@pytest.mark.parametrize(
    "path", ["src/pay.py", "cmd/main.go", "deploy/rbac.yaml", "Makefile", "lib/a.test-kit/x.ts", *SOURCES]
)
def test_product(path: str) -> None:
    assert is_product(path)


@pytest.mark.parametrize(
    "path",
    [
        *("tests/test_pay.py", "pay_test.go", "src/pay.spec.ts", "src/PayTest.java", "examples/a.rs", "docs/conf.py"),
        *("vendor/x/a.go", "yarn.lock", "package-lock.json", "api.pb.go", ".github/x.yml", "src/.eslintrc.json"),
        *("README.md", "logo.png", "dist/a.js", "a.min.js"),
        *("tests/a/src/main/java/A.java", "src/main/java/com/acme/generated/A.java", "src/test/java/com/acme/A.java"),
    ],
)
def test_not_product(path: str) -> None:
    assert not is_product(path)


def test_families() -> None:
    assert [family(path) for path in ("a.py", "b.yml", "package.json", "Dockerfile.dev", "x")] == [
        *("py", "data", "manifest", "make", ""),
    ]


@pytest.mark.parametrize("path", ["README.md", "docs/guide/setup.md", "docs/api.mdx", "docs/releases-api/x.md"])
def test_texts_of_the_present(path: str) -> None:
    assert speaks_of_present(path) == (path != "docs/releases-api/x.md")


@pytest.mark.parametrize(
    "path",
    [
        *("CHANGELOG.md", "docs/changelog-2.md", "HISTORY.md", "docs/release-notes/3.md", "docs/migration.md"),
        *("UPGRADING.md", "docs/rfcs/0001.md", "docs/adr/0002-x.md", "proposals/x.md", "blog/hello.md"),
        *("versioned_docs/version-2/a.md", "docs/v1/a.md", "docs/1.2/a.md", "tests/data/a.md", "vendor/x/README.md"),
        *(".github/ISSUE_TEMPLATE.md", "docs/page.rst"),
    ],
)
def test_texts_of_other_times(path: str) -> None:
    assert not speaks_of_present(path)
