"""What counts as an invariant that people wrote."""

from drift.report import counts


def test_an_invariant_counts_whatever_its_verdict():
    assert counts("layers", "layers", "stack", "kept")
    assert counts("layers", "layers", "", "broken")


def test_mentions_that_nobody_asked_about_count_once_they_are_gone():
    assert not counts("mentions", "mentions", "", "kept")
    assert counts("mentions", "mentions", "", "broken")
    assert counts("prose", "mentions", "", "kept")
