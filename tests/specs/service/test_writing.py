"""What is written is kept byte for byte, or refused with a hint before anything is kept."""

import pytest

from specs.errors import UserError
from tests.factories import World


async def test_title_falls_back_to_the_file_name(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a/retry-rules.md", "no heading\n")
    assert saved.spec.title == "retry-rules"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("../a.md", "a"),
        ("/a.md", "a"),
        ("a\0.md", "a"),
        ("a\n.md", "a"),
        ("a.txt", "a"),
        ("", "a"),
        ("x" * 300 + ".md", "a"),
        ("a.md", "a\0b"),
        ("a.md", "half \ud83d of a pair"),
        ("a.md", "x" * (1024 * 1024 + 1)),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_hint(world: World, path: str, text: str) -> None:
    with pytest.raises(UserError) as caught:
        await world.library.create(world.eve, world.project.id, path, text)
    assert caught.value.hint
    assert (await world.library.list(world.rob, world.project.id, retired=True)).items == ()
    assert "spec.create" not in await world.actions()


async def test_a_text_of_exactly_one_mebibyte_is_kept_whole(world: World) -> None:
    text = ("ä" * 511 + "\n\n") * 1024
    saved = await world.library.create(world.eve, world.project.id, "a.md", text)
    assert (await world.library.read(world.rob, world.project.id, saved.spec.id)).text == text


async def test_a_long_or_broken_message_is_refused(world: World) -> None:
    for message in ("x" * 2001, "a\0b", "\udc80"):
        with pytest.raises(UserError):
            await world.library.create(world.eve, world.project.id, "a.md", "a\n", message)


async def test_odd_texts_come_back_byte_for_byte(world: World) -> None:
    for number, text in enumerate(("", "\r\n\r", "\ufeff# BOM\n", "\u2028\u0085", "e\u0301 vs \u00e9", "\U0001f9ea")):
        saved = await world.library.create(world.eve, world.project.id, f"{number}.md", text)
        assert (await world.library.read(world.rob, world.project.id, saved.spec.id)).text == text
