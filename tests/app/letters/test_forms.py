"""Every form of a letter can be written, whatever stands in it."""

from app.letters.forms import FORMS, Forms, pictures
from app.letters.links import Links
from tests.app.letters.samples import HOSTILE, full, quiet


async def test_every_form_is_written_of_hostile_texts() -> None:
    text = " ".join(HOSTILE)
    made = Forms(full(text, text, text), Links("https://holdfast.example", "shop"), "1")
    for form in FORMS:
        data = await made.write(form)
        assert data, form
    assert (await made.write("pdf")).startswith(b"%PDF")


async def test_the_same_letter_gives_the_same_bytes() -> None:
    made = Forms(full(), Links("https://holdfast.example", "shop"), "1")
    assert await made.write("pdf") == await made.write("pdf")
    drawn = await pictures(made.laid_out)
    assert drawn.keys() == {"trend", "edges"}
    assert all(data.startswith(b"\x89PNG") for data in drawn.values())


async def test_of_nothing_there_is_no_picture() -> None:
    assert await pictures(Forms(quiet(), Links(None, "shop")).laid_out) == {}
