"""Images beside specs: how they are named, where texts refer to them, what may be one, and what of it is kept. Pure.

An image is named by its content, and a text refers to it from its own folder: `![words](images/NAME)`. Wherever the
text goes (git, a folder, a zip), the image stands beside it under that name, and nothing in the text has to change.
"""

import hashlib
import re
import struct
from collections.abc import Iterator
from posixpath import dirname, join, normpath

from specs.values import dataclass

MAX_IMAGE_BYTES = 5 * 1024 * 1024
MAX_SIDE = 12_000
MAX_PIXELS = 50_000_000
MOST_IN_A_TEXT = 500
NAME_DIGITS = 32
TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
NAME = re.compile(rf"[0-9a-f]{{{NAME_DIGITS}}}\.(?:{'|'.join(TYPES)})")
REFERENCE = re.compile(rf"(?:[\w.-]+/)*images/({NAME.pattern})")
_REFERRED = re.compile(rf"(?:\]\(|\]:)[ \t]*<?({REFERENCE.pattern})")
_WORDLESS = re.compile(rf"!\[\s*\]\([ \t]*<?{REFERENCE.pattern}")
_PNG = b"\x89PNG\r\n\x1a\n"
# What a picture is drawn with; all else (words, times, places, previews) stays behind.
_PNG_KEPT = frozenset(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD acTL fcTL fdAT cICP".split())
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
# JPEG: what every marker begins with, and the markers that matter.
_MARK, _END, _SCAN, _COMMENT = 0xFF, 0xD9, 0xDA, 0xFE
_JFIF, _EXIF, _COLOURS, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_APPLICATIONS, _FRAMES, _RESTARTS = range(0xE0, 0xF0), range(0xC0, 0xD0), range(0xD0, 0xD8)
_NO_FRAMES = frozenset((0xC4, 0xC8, 0xCC))
_ORIENTATION, _TURNED = 0x0112, range(2, 9)
# GIF: blocks, and extensions that hold words.
_TRAILER, _PICTURE, _EXTENSION = 0x3B, 0x2C, 0x21
_WORDS, _APPLICATION = frozenset((0xFE, 0x01)), 0xFF
_HINT = "Use PNG, JPEG, GIF or WebP."
_OTHERS = (
    (re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml|!DOCTYPE|!--)", re.IGNORECASE), "SVG"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"II\*\0|MM\0\*"), "TIFF"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"....ftyp(?:heic|heix|mif1|avif)", re.DOTALL), "HEIC or AVIF"),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is kept: without what its file said beside the picture (`stripped` tells whether it did)."""

    data: bytes
    suffix: str
    width: int
    height: int
    stripped: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of what is kept."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def name(self) -> str:
        """The name: made of the content, so that one name never means two images."""
        return f"{self.digest[:NAME_DIGITS]}.{self.suffix}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not kept, and what to do."""

    message: str
    hint: str


def inspect(data: bytes) -> Picture | Refusal:
    """Look at a file by its bytes alone, whatever it calls itself."""
    if len(data) > MAX_IMAGE_BYTES:
        size = len(data) / 1024**2
        return Refusal(
            f"The image has {size:.1f} MiB.", f"At most {MAX_IMAGE_BYTES // 1024**2} MiB are kept; make it smaller."
        )
    readers = ((_PNG, "png", _png), (b"\xff\xd8\xff", "jpg", _jpeg), (b"GIF8", "gif", _gif), (b"RIFF", "webp", _webp))
    for mark, suffix, reader in readers:
        if data.startswith(mark):
            try:
                kept, width, height = reader(data)
            except (IndexError, struct.error, ValueError):
                return Refusal("The image is damaged, or was not sent whole.", "Save it anew and try again.")
            if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE and width * height <= MAX_PIXELS):
                hint = f"At most {MAX_PIXELS:,} pixels, {MAX_SIDE:,} a side, are kept."
                return Refusal(f"The image is {width:,} by {height:,} pixels.", hint)
            return Picture(kept, suffix, width, height, stripped=kept != data)
    for pattern, kind in _OTHERS:
        if pattern.match(data):
            why = " SVG can hold scripts; draw it as a `mermaid` block, or export it as PNG." if kind == "SVG" else ""
            return Refusal(f"{kind} files are not kept as images.", _HINT + why)
    return Refusal("This is no image that is known here.", _HINT)


def names_in(text: str) -> tuple[str, ...]:
    """Give the names of the images that a text refers to, each once, in order."""
    return tuple(dict.fromkeys(found[2] for found in _REFERRED.finditer(text)))[:MOST_IN_A_TEXT]


def files_of(path: str, text: str) -> dict[str, str]:
    """Say where the images of the spec at `path` stand in a tree: names by path. What leaves the tree is left out."""
    found: dict[str, str] = {}
    for match in _REFERRED.finditer(text):
        place = normpath(join(dirname(path), match[1]))
        if not place.startswith("../") and len(found) < MOST_IN_A_TEXT:
            found[place] = match[2]
    return found


def wordless(text: str) -> Iterator[int]:
    """Give where images stand in a text that say nothing to those who do not see them."""
    return (found.start() for found in _WORDLESS.finditer(text))


def _png(data: bytes) -> tuple[bytes, int, int]:
    parts, at = [_PNG], len(_PNG)
    width, height = struct.unpack(">II", data[16:24])
    while True:
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + size
        if end > len(data):
            raise ValueError(kind)
        if kind in _PNG_KEPT:
            parts.append(data[at:end])
        if kind == b"IEND":
            return b"".join(parts), width, height
        at = end


def _jpeg(data: bytes) -> tuple[bytes, int, int]:
    parts, at, width, height = [data[:2]], 2, 0, 0
    while True:
        while data[at + 1] == _MARK:
            at += 1
        marker = data[at + 1]
        if data[at] != _MARK:
            raise ValueError(at)
        if marker == _END:
            parts.append(b"\xff\xd9")
            return b"".join(parts), width, height
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        body = data[at + 4 : end]
        if marker in _FRAMES and marker not in _NO_FRAMES:
            height, width = struct.unpack(">HH", body[1:5])
        if marker == _SCAN:
            end = _scan(data, end)
        if marker == _EXIF and body.startswith(b"Exif\0\0"):
            parts.append(_upright(body[6:]))
        elif not _beside(marker, body):
            parts.append(data[at:end])
        at = end


def _beside(marker: int, body: bytes) -> bool:
    """Say whether a segment tells of the picture and is none of it: all of applications but colours, and comments."""
    if marker in {_JFIF, _ADOBE} or (marker == _COLOURS and body.startswith(b"ICC_PROFILE")):
        return False
    return marker in _APPLICATIONS or marker == _COMMENT


def _scan(data: bytes, at: int) -> int:
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS:
            return at
        at += 2


def _upright(tiff: bytes) -> bytes:
    """Make a segment that says which way is up and nothing else; nothing where that goes without saying."""
    order = ">" if tiff.startswith(b"MM") else "<"
    start = struct.unpack(f"{order}I", tiff[4:8])[0]
    for number in range(struct.unpack(f"{order}H", tiff[start : start + 2])[0]):
        entry = tiff[start + 2 + 12 * number : start + 14 + 12 * number]
        tag, _, _, value = struct.unpack(f"{order}HHIH", entry[:10])
        if tag == _ORIENTATION and value in _TURNED:
            told = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, value, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told
    return b""


def _gif(data: bytes) -> tuple[bytes, int, int]:
    width, height, flags = struct.unpack("<HHB", data[6:11])
    at = 13 + _colours(flags)
    parts = [data[:at]]
    while True:
        kind = data[at]
        if kind == _TRAILER:
            parts.append(b";")
            return b"".join(parts), width, height
        if kind == _PICTURE:
            end = _blocks(data, at + 11 + _colours(data[at + 9]))
        elif kind == _EXTENSION:
            end = _blocks(data, at + 2)
        else:
            raise ValueError(kind)
        label, told = data[at + 1], data[at + 3 : at + 14]
        words = kind == _EXTENSION and (label in _WORDS or (label == _APPLICATION and told not in _GIF_KEPT))
        parts.append(b"" if words else data[at:end])
        at = end


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _webp(data: bytes) -> tuple[bytes, int, int]:
    if data[8:12] != b"WEBP":
        raise ValueError(data[8:12])
    parts, at, width, height = [], 12, 0, 0
    end = 8 + struct.unpack("<I", data[4:8])[0]
    if end > len(data) + 1:
        raise ValueError(end)
    while at + 8 <= min(end, len(data)):
        kind, size = struct.unpack("<4sI", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise ValueError(kind)
        if kind == b"VP8X":
            body = bytes((body[0] & ~0x0C,)) + body[1:]
        if not width:
            width, height = _webp_size(kind, body)
        if kind in _WEBP_KEPT:
            parts.append(struct.pack("<4sI", kind, size) + body + b"\0" * (size % 2))
        at += 8 + size + size % 2
    whole = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole, width, height


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
