"""Takes values that came out of a cache for what they should be, or raises: strangers may have filled it. Pure."""

from collections.abc import Mapping
from typing import Any


def text(value: object) -> str:
    """Take a text. Raises `TypeError` for anything else."""
    if type(value) is not str:
        raise TypeError(value)
    return value


def number(value: object) -> int:
    """Take a whole number. Raises `TypeError` for anything else."""
    if type(value) is not int:
        raise TypeError(value)
    return value


def texts(value: Any) -> tuple[str, ...]:
    """Take a list of texts. Raises `TypeError` for anything else."""
    if type(value) is not list:
        raise TypeError(value)
    return tuple(map(text, value))


def numbers(value: Any) -> Mapping[str, int]:
    """Take a table of whole numbers. Raises `TypeError` or `AttributeError` for anything else."""
    return {name: number(at) for name, at in value.items()}
