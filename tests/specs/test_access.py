"""Roles, scopes and tokens as values."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.access import (
    ALL_SCOPES,
    PREFIX_BYTES,
    SECRET_BYTES,
    SERVER,
    Principal,
    Role,
    Scope,
    check_grant,
    hash_secret,
    make_token,
)
from specs.errors import DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind, Provenance

MINE, OTHER = UUID(int=1), UUID(int=2)
SIZE = PREFIX_BYTES + SECRET_BYTES


def someone(
    kind: ActorKind = ActorKind.HUMAN, role: Role = Role.READER, scopes: frozenset[Scope] = ALL_SCOPES
) -> Principal:
    return Principal(Actor(UUID(int=9), "x", kind), scopes, {MINE: role})


@pytest.mark.parametrize("held", Role)
@pytest.mark.parametrize("wanted", Role)
@pytest.mark.parametrize("scope", Scope)
def test_both_role_and_scope_must_allow(held: Role, wanted: Role, scope: Scope) -> None:
    if list(Role).index(held) >= list(Role).index(wanted):
        someone(role=held).require(MINE, wanted, scope)
        with pytest.raises(DeniedError):
            someone(role=held, scopes=ALL_SCOPES - {scope}).require(MINE, wanted, scope)
    else:
        with pytest.raises(DeniedError):
            someone(role=held).require(MINE, wanted, scope)
    with pytest.raises(MissingError):
        someone(role=held).require(OTHER, wanted, scope)


def test_only_the_server_is_everywhere() -> None:
    SERVER.require(OTHER, Role.ADMIN, Scope.ADMIN)
    SERVER.require_site_admin()
    with pytest.raises(DeniedError):
        someone(role=Role.ADMIN).require_site_admin()


def test_only_a_persons_word_is_explicit() -> None:
    assert someone().provenance is Provenance.EXPLICIT
    assert someone(ActorKind.AGENT).provenance is Provenance.INFERRED
    assert SERVER.provenance is Provenance.INFERRED


@pytest.mark.parametrize("kind", [ActorKind.AGENT, ActorKind.SYSTEM])
def test_authority_is_for_people(kind: ActorKind) -> None:
    for role in (Role.REVIEWER, Role.ADMIN):
        with pytest.raises(UserError):
            check_grant(kind, role, ())
        check_grant(ActorKind.HUMAN, role, ALL_SCOPES)
    with pytest.raises(UserError):
        check_grant(kind, None, ALL_SCOPES)
    check_grant(kind, Role.EDITOR, ALL_SCOPES - {Scope.ADMIN})


@given(st.binary(min_size=SIZE, max_size=SIZE), st.binary(min_size=SIZE, max_size=SIZE))
def test_tokens_keep_all_their_randomness(one: bytes, two: bytes) -> None:
    token, prefix = make_token(one)
    assert token.startswith(prefix + "_")
    assert token.isascii()
    assert (make_token(two)[0] == token) == (one == two)
    assert len(hash_secret(token)) == 64


def test_a_token_of_other_length_is_none() -> None:
    with pytest.raises(ValueError, match="random bytes"):
        make_token(b"short")
