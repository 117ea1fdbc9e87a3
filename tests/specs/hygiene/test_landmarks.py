"""A link that any site would follow is no broken link."""

import pytest

from specs.hygiene.landmarks import landmarks
from specs.parser import parse

TEXT = """# The _first_ part
## Café & Bar_code
## Errors
### Twice
## Other
### Twice
## Named {#own-name}
<a id="mark"></a> <a name='other'></a>

## With {: #kramdown }
"""


@pytest.mark.parametrize(
    "anchor",
    [
        *("the-first-part", "The-First-Part", "café--bar_code", "café-bar-code", "user-content-errors"),
        *("twice", "twice-1", "errors/twice", "own-name", "named", "mark", "other", "kramdown", "top", "L10-L20"),
    ],
)
def test_what_leads_somewhere(anchor: str) -> None:
    assert landmarks(parse(TEXT))(anchor)


@pytest.mark.parametrize("anchor", ["none", "erro", "errors-and-more", "first"])
def test_what_leads_nowhere(anchor: str) -> None:
    assert not landmarks(parse(TEXT))(anchor)
