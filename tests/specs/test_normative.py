import pytest

from specs.normative import normative_words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It MUST hold.", ("MUST",)),
        ("It must not, and shall.", ("MUST NOT", "SHALL")),
        ("MUST\n  NOT", ("MUST NOT",)),
        ("It should, may, is optional and required.", ()),
        (
            "SHOULD NOT, MAY, OPTIONAL, REQUIRED, NOT RECOMMENDED",
            ("SHOULD NOT", "MAY", "OPTIONAL", "REQUIRED", "NOT RECOMMENDED"),
        ),
        ("Mustard MAYBE SHALLOT MUST_RETRY", ()),
        ("**MUST** NOT", ("MUST NOT",)),
        ("MU**ST** `SHALL` _MUST_", ("MUST", "SHALL", "MUST")),
        ("MU<!-- a\nb -->ST <b>SHALL</b>", ("MUST", "SHALL")),
        ("&#77;UST M\\UST", ("MUST", "MUST")),
        ("MU\u200bST SH\u00adALL \u2060MUST\ufeff", ("MUST", "SHALL", "MUST")),
        ("mustn't mustn\u2019t", ("MUSTN'T", "MUSTN\u2019T")),
        ("", ()),
    ],
)
def test_normative_words(text, found):
    assert normative_words(text) == found
