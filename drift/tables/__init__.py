"""Declarations of the tables of the code side. They join the one MetaData, which `specs.tables` holds."""

from drift.tables import checks, code, definitions, findings, repositories, signals, vectors

__all__ = ["checks", "code", "definitions", "findings", "repositories", "signals", "vectors"]
