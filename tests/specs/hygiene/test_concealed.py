"""What a page does not show is found; what it shows, above all in code, is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.hygiene.concealed import concealed
from tests.specs.hygiene.samples import CONCEALED_PAYLOADS, SAY, documents

SHOWN = [
    "`<!-- shown -->`\n",
    "``a ` <!-- shown --> ``\n",
    "```\n<!-- shown -->\n```\n",
    "~~~html\n<div hidden>shown</div>\n~~~\n",
    "    <!-- indented code -->\n",
    "\\<!-- shown -->\n",
    "- item\n\n  ```\n  <!-- shown -->\n  ```\n",
    "A <br> and <div>shown</div> and <details>shown</details>.\n",
    "A 1 < 2 and 3 > 2, x<!y.\n",
    "See [a], [b][] and [the c][c].\n\n[a]: a.md\n[b]: b.md 'B'\n[c]: <c.md> \"The third\"\n",
    "[^1] is a note.\n\n[^1]: It is shown.\n",
    "[unused]: https://example.org/some/page\n",
    '[a](b.md "A title").\n',
    "```yaml invariant\nid: a\n```\n",
    '```python title="main.py" {1,3-5} linenos\nx\n```\n',
    "&amp; &lt; &nbsp; &#65; &copy;\n",
    "---\ntitle: a # a comment of YAML\n---\n# A\n",
    "The arrow --> and <!- this.\n",
]


@pytest.mark.parametrize("name", CONCEALED_PAYLOADS)
def test_what_a_page_does_not_show_is_found(name: str) -> None:
    text = CONCEALED_PAYLOADS[name]
    found = concealed(text)
    assert any(SAY.split()[0] in text[one.start : one.end] for one in found)


@pytest.mark.parametrize("text", SHOWN)
def test_what_a_page_shows_is_left_alone(text: str) -> None:
    assert concealed(text) == ()


@pytest.mark.parametrize(("name", "text"), documents()[::5], ids=lambda value: value[:30])
def test_honest_texts_conceal_nothing(name: str, text: str) -> None:
    assert concealed(text) == ()
    assert name


@given(st.text(alphabet="<!->[]:/#()\"'` \n*a&;?x1", max_size=80))
def test_any_text_is_looked_through(text: str) -> None:
    end = 0
    for one in concealed(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "<script>",
        "<a '",
        "](",
        "`",
        "[a]: ",
        "&#x200b;",
        "<div hidden ",
        "<?",
        "``` a b c d e f\n",
        "[//]: # (x)\n",
    ],
)
def test_hostile_repetition_comes_to_an_end(piece: str) -> None:
    concealed(piece * (200_000 // len(piece)))
