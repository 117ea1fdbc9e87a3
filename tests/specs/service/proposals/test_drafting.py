"""What cannot be proposed is refused, and says why."""

import pytest

from specs.errors import MissingError, UserError
from specs.proposals.delta import Operation
from specs.proposals.draft import SpecChange
from specs.proposals.sections import SectionChange, SectionOperation
from tests.specs.service.room import NOBODY, TEXT, Room


@pytest.mark.parametrize(
    "change",
    [
        SpecChange(Operation.CREATE, path="new.md"),
        SpecChange(Operation.CREATE, path="../new.md", text="x"),
        SpecChange(Operation.CREATE, path="new.md", text="a\0"),
        SpecChange(Operation.CREATE, path="new.md", text="\ud800"),
        SpecChange(),
        SpecChange(spec=NOBODY, text="x"),
    ],
)
async def test_what_cannot_be_proposed_is_said(room: Room, change: SpecChange) -> None:
    with pytest.raises((UserError, MissingError)) as caught:
        await room.post(room.world.eve, change)
    assert caught.value.hint


async def test_bad_input_of_an_edit(room: Room) -> None:
    section = SectionChange(SectionOperation.DELETE, "nowhere")
    for change in (
        SpecChange(spec=room.spec),
        SpecChange(spec=room.spec, text=TEXT),
        SpecChange(spec=room.spec, text="x", base="0" * 64),
        SpecChange(spec=room.spec, text="x", base="\0"),
        SpecChange(spec=room.spec, text="x", sections=(section,)),
        SpecChange(spec=room.spec, sections=(section,)),
        SpecChange(Operation.RETIRE, spec=room.spec, text="x"),
    ):
        with pytest.raises((UserError, MissingError)) as caught:
            await room.post(room.world.eve, change)
        assert caught.value.hint
