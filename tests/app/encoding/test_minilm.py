"""The real model, where it is installed: what it gives is what its makers' library gives."""

import importlib.util

import pytest

from app.encoding import minilm

TEXTS = ("A refund is made once.", "Customers get their money back a single time.", "The index is built at night.")


# As sentence-transformers 6.2 with PyTorch 2.13 gives them for these texts: the first numbers of each, and how alike.
FIRST = ((-0.11783, -0.00271, 0.06042), (-0.04602, 0.00668, 0.00928), (0.04047, 0.04684, 0.02671))
ALIKE = (0.61047786, 0.09840547)


def test_without_the_packages_there_is_no_encoder(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert minilm.encoder(tmp_path) is None


def test_a_model_that_cannot_be_loaded_is_no_encoder(tmp_path, monkeypatch):
    monkeypatch.setattr(minilm, "installed", lambda: True)
    monkeypatch.setattr(minilm, "MiniLM", lambda folder: 1 / 0)
    assert minilm.encoder(tmp_path) is None


def test_vectors_are_those_of_the_published_model(tmp_path):
    if not minilm.installed():
        pytest.skip("the extra `meaning` and its weights are not installed: `make install` brings both")
    model = minilm.encoder(tmp_path)
    assert model is not None
    first, same, other = model.encode(TEXTS)
    assert len(first) == model.dimensions
    assert sum(value * value for value in first) == pytest.approx(1.0, abs=1e-5)
    for vector, expected in zip((first, same, other), FIRST, strict=True):
        assert vector[:3] == pytest.approx(expected, abs=2e-5)
    alike = [sum(a * b for a, b in zip(first, vector, strict=True)) for vector in (same, other)]
    assert alike == pytest.approx(ALIKE, abs=1e-5)
    assert len(list((tmp_path / "models").iterdir())) == 1
    again = minilm.MiniLM(tmp_path).encode([TEXTS[1], "x " * 2000])
    assert again[0] == pytest.approx(same, abs=1e-5)


def test_a_short_text_is_not_padded_to_a_long_one() -> None:
    lengths = [200, 10, 190, 12, *[50] * 9]
    order = sorted(range(len(lengths)), key=lambda at: lengths[at])
    made = minilm.batches(order, lengths)
    assert [sorted(lengths[at] for at in batch) for batch in made] == [[10, 12], [50] * 8, [50], [190, 200]]
    assert minilm.batches([], []) == []
