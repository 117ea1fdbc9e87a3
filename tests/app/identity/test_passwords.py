"""Passwords are hashed with argon2id, and nobody's password is checked as carefully as somebody's."""

import asyncio

from argon2 import PasswordHasher

from app.identity.passwords import Argon2Passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_only_the_password_matches() -> None:
    passwords = Argon2Passwords(CHEAP)
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert stored != await passwords.hash("correct horse")
    assert await passwords.verify(stored, "correct horse")
    for wrong in ("", "correct", "correct horse ", "correct\0horse", "\ud800"):
        assert not await passwords.verify(stored, wrong)


async def test_nobody_has_a_password() -> None:
    passwords = Argon2Passwords(CHEAP)
    assert not await passwords.verify(None, "nobody has this password")
    assert not await passwords.verify("", "")
    assert not await passwords.verify("not a hash", "x")


async def test_nobodys_password_costs_as_much(monkeypatch) -> None:
    passwords = Argon2Passwords(CHEAP)
    checked: list[str] = []
    check = passwords._check
    monkeypatch.setattr(passwords, "_check", lambda stored, given: (checked.append(stored), check(stored, given))[1])
    await passwords.verify(None, "x")
    await passwords.verify(await passwords.hash("y"), "x")
    assert [stored.split("$")[1:4] for stored in checked] == [checked[0].split("$")[1:4]] * 2


async def test_many_at_once_wait_their_turn() -> None:
    passwords = Argon2Passwords(CHEAP)
    stored = await passwords.hash("x")
    assert all(await asyncio.gather(*(passwords.verify(stored, "x") for _ in range(20))))
