"""`holdfast confirm`: a person says that a section describes its code, and a check notices when it may not any more."""

from datetime import UTC, datetime

import pytest

from tests.repositories import Repo
from tests.shop import Run, runner

TODAY = datetime.now(tz=UTC).date().isoformat()
SPEC = """# Cart

## Adding {#adding}

A line is added once.

```yaml invariant
id: adding
kind: reviewed
symbols: ["shop.cart:Cart.*"]
```

### Limits

```yaml invariant
id: limits
kind: reviewed
paths: [db/schema.sql]
```
"""
CART = """class Cart:
    def add(self, item):
        line = find(item)
        return line
"""


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(repo.root)
    texts = {"docs/specs/cart.md": SPEC, "src/shop/cart.py": CART, "db/schema.sql": "create table a;\n"}
    repo.commit({**texts, ".gitattributes": "holdfast.lock merge=union\n"})
    return runner(repo)


def test_a_section_is_confirmed_until_its_code_changes_in_substance(repo: Repo, run: Run) -> None:
    first = run("check")
    assert first.exit_code == 1
    assert "Nobody has confirmed yet" in first.stdout
    done = run("confirm", "docs/specs/cart.md#adding", "--because", "read with Bo")
    assert done.exit_code == 0, done.stderr
    assert "new: shop.cart:Cart.add" in done.stdout
    assert "new: db/schema.sql" in done.stdout, "what stands inside the section is confirmed with it"
    lock = (repo.root / "holdfast.lock").read_text()
    assert f"| reviewed |  | Ada <ada@example.com> | {TODAY}: read with Bo" in lock
    assert run("check").exit_code == 0
    repo.write({"src/shop/cart.py": '"""Carts."""\n\n' + CART.replace("line", "found")})
    assert run("check").exit_code == 0, "names of locals and comments are no substance"
    repo.write({"src/shop/cart.py": CART.replace("return line", "return [line]")})
    broken = run("check")
    assert broken.exit_code == 1
    assert f"has changed since Ada, on {TODAY}, confirmed this section" in broken.stdout
    again = run("confirm", "docs/specs/cart.md#adding")
    assert "changed: shop.cart:Cart.add" in again.stdout
    assert "as before: 1" in again.stdout
    assert run("check").exit_code == 0


def test_a_whole_spec_is_confirmed_and_what_is_gone_leaves(repo: Repo, run: Run) -> None:
    repo.write({"src/shop/cart.py": CART + "    def drop(self): ...\n"})
    assert run("confirm", "./docs/specs/cart.md", "--by", "Bo").exit_code == 0
    repo.write({"src/shop/cart.py": CART})
    broken = run("check")
    assert "shop.cart:Cart.drop was confirmed here and is gone" in broken.stdout
    assert "gone: shop.cart:Cart.drop" in run("confirm", "docs/specs/cart.md").stdout
    assert run("check").exit_code == 0
    assert "drop" not in (repo.root / "holdfast.lock").read_text()


@pytest.mark.parametrize(
    ("section", "hint"),
    [
        ("docs/specs/cart.md#ading", "`docs/specs/cart.md#adding`"),
        ("docs/specs/gone.md", "bound are, for example"),
        ("", "bound are, for example"),
    ],
)
def test_a_section_that_is_bound_to_nothing_is_told(run: Run, section: str, hint: str) -> None:
    wrong = run("confirm", section)
    assert wrong.exit_code == 2
    assert hint in wrong.stderr


def test_what_cannot_be_confirmed_is_told(repo: Repo, run: Run) -> None:
    repo.write({"src/shop/cart.py": "x = 1\n"})
    wrong = run("confirm", "docs/specs/cart.md#adding")
    assert wrong.exit_code == 2
    assert "shop.cart:Cart.* matches nothing" in wrong.stderr
    repo.write({"holdfast.lock": "<<<<<<< ours\n", "src/shop/cart.py": CART})
    assert "holdfast.lock:1" in run("confirm", "docs/specs/cart.md").stderr
    repo.write({"holdfast.lock": "", "docs/specs/cart.md": "# Cart\n"})
    assert "`holdfast explain reviewed`" in run("confirm", "docs/specs/cart.md").stderr


def test_a_move_without_a_change_asks_for_no_new_confirmation(repo: Repo, run: Run) -> None:
    assert run("confirm", "docs/specs/cart.md#adding").exit_code == 0
    repo.commit({"holdfast.lock": (repo.root / "holdfast.lock").read_text()})
    (repo.root / "src/shop/cart.py").unlink()
    (repo.root / "db/schema.sql").unlink()
    spec = SPEC.replace("shop.cart:Cart.*", "shop.baskets:Cart.*").replace("db/schema.sql", "db/tables.sql")
    moved = {"docs/specs/cart.md": spec, "src/shop/baskets.py": CART, "db/tables.sql": "create table a;\n"}
    repo.write(moved)
    assert run("check").exit_code == 0
    repo.write({"src/shop/baskets.py": CART.replace("return line", "return [line]")})
    told = run("check").stdout
    assert "shop.baskets:Cart.add is described here, and nobody has confirmed that." in told
    assert "shop.cart:Cart.add was confirmed here and is gone" in told
