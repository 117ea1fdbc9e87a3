"""What may be an image beside a spec, what of it is kept, and where texts refer to one."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.images import MAX_IMAGE_BYTES, Picture, Refusal, files_of, inspect, names_in, wordless

HERE = b"48 51.5 N, 2 17.6 E"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 2, height: int = 2, *, more: bytes = b"", after: bytes = b"") -> bytes:
    rows = zlib.compress((b"\0" + b"\xc0\x20\x10" * width) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + after


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*more: bytes, after: bytes = b"") -> bytes:
    frame = segment(0xC0, b"\x08" + struct.pack(">HH", 3, 4) + b"\x01\x01\x11\0")
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0") + b"".join(more) + frame + scan + b"\xff\xd9" + after


def exif(value: int) -> bytes:
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, value, 0)
    return segment(0xE1, b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0) + HERE)


def gif(words: bytes = b"") -> bytes:
    picture = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HHBBB", 5, 6, 0x80, 0, 0) + b"\0" * 6 + words + picture + b";"


def webp(*more: bytes) -> bytes:
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes((0x0C, 0, 0, 0, 6, 0, 0, 7, 0, 0)) + b"".join(more)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def kept(data: bytes) -> Picture:
    found = inspect(data)
    assert isinstance(found, Picture), found
    assert inspect(found.data) == Picture(found.data, found.suffix, found.width, found.height)
    assert HERE not in found.data
    return found


@pytest.mark.parametrize(
    ("data", "suffix", "size", "plain"),
    [
        (png(more=chunk(b"tEXt", HERE) + chunk(b"eXIf", HERE), after=HERE), "png", (2, 2), png()),
        (jpeg(segment(0xED, HERE), segment(0xFE, HERE), exif(1), after=HERE), "jpg", (4, 3), jpeg()),
        (gif(b"\x21\xfe" + bytes((len(HERE),)) + HERE + b"\0"), "gif", (5, 6), gif()),
        (webp(b"EXIF" + struct.pack("<I", len(HERE)) + HERE + b"\0"), "webp", (7, 8), None),
    ],
    ids=["png", "jpeg", "gif", "webp"],
)
def test_what_a_file_tells_beside_its_picture_is_not_kept(data, suffix, size, plain):
    found = kept(data)
    assert (found.suffix, (found.width, found.height), found.stripped) == (suffix, size, True)
    assert plain is None or found.data == plain
    assert plain is None or not kept(plain).stripped


def test_a_photograph_stays_upright():
    found = kept(jpeg(exif(6)))
    assert b"Exif" in found.data
    assert kept(found.data).data == found.data


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "SVG"),
        (b"\xef\xbb\xbf \n<?xml version='1.0'?><svg/>", "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "SVG"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"%PDF-1.7", "PDF"),
        (b"hello", "no image"),
        (b"", "no image"),
        (png()[:40], "damaged"),
        (jpeg()[:-2], "damaged"),
        (gif()[:-1], "damaged"),
        (b"RIFF\xff\xff\xff\x7fWEBPVP8X", "damaged"),
        (png(20_000, 1), "20,000 by 1"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * MAX_IMAGE_BYTES, "MiB"),
    ],
)
def test_what_is_no_image_is_refused_in_words(data, says):
    found = inspect(data)
    assert isinstance(found, Refusal)
    assert says in found.message
    assert found.hint


@given(st.sampled_from([png(), jpeg(exif(3)), gif(), webp()]), st.data())
def test_any_bytes_are_looked_at_without_a_fall(data, draw):
    cut = draw.draw(st.integers(0, len(data)))
    inspect(data[:cut] + draw.draw(st.binary(max_size=40)) + data[cut:])


def test_texts_refer_to_images_beside_them():
    name = f"{'a' * 32}.png"
    text = (
        f"# A\n\n![one](images/{name}) ![ ](<../images/{name}>)\n\n[two]: images/{'b' * 32}.jpg\n\n![x](images/x.png)\n"
    )
    assert names_in(text) == (name, f"{'b' * 32}.jpg")
    assert files_of("pay/refunds.md", text) == {
        f"pay/images/{name}": name,
        f"images/{name}": name,
        f"pay/images/{'b' * 32}.jpg": f"{'b' * 32}.jpg",
    }
    assert f"../images/{name}" not in files_of("refunds.md", text)
    assert len(list(wordless(text))) == 1
