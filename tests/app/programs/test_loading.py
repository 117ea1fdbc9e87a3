"""What was loaded is never looked at for garbage, and collecting goes on afterwards."""

import gc

import pytest

from app.programs.loading import loading


def test_what_was_loaded_is_left_out_of_later_collections() -> None:
    before = gc.get_freeze_count()
    with loading():
        assert not gc.isenabled()
        kept = [[] for _ in range(5000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)


def test_collecting_goes_on_when_loading_fails() -> None:
    with pytest.raises(ValueError, match="broken"), loading():
        raise ValueError("broken")
    assert gc.isenabled()
