"""The order in which JavaScript's `localeCompare` puts the plain characters of paths and names."""

from functools import lru_cache

_ORDER = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
_WEIGHT = {character: weight for weight, character in enumerate(" " + _ORDER)}


@lru_cache(maxsize=65536)
def collation_key(text: str) -> tuple[tuple[int, ...], tuple[bool, ...], str]:
    """Give a key that sorts as `localeCompare` does: by characters first, small letters before capitals at the end."""
    return (
        tuple(_WEIGHT.get(character.lower(), 1000 + ord(character)) for character in text),
        tuple(character.isupper() for character in text),
        text,
    )
