"""Parts of ours in files that people own: between two marks, and nothing outside them is touched. Pure."""

from specs.errors import UserError

BEGIN = "<!-- holdfast:begin"
END = "<!-- holdfast:end -->"
MADE = "<!-- holdfast:made"


def marked(body: str, command: str) -> str:
    """Set a text between marks that say where it comes from."""
    return f"{BEGIN} made by `{command}`; what stands up to the end mark is overwritten -->\n{harmless(body)}{END}\n"


def made(source: str, command: str) -> str:
    """Write the line that marks a whole file as ours."""
    return f"{MADE} from {harmless(source)} by `{command}`; changes here are overwritten -->\n"


def harmless(text: str) -> str:
    """Break what looks like a mark of ours, so that no spec can end a region."""
    return text.replace("<!-- holdfast:", "<!-- holdfast :")


def with_region(text: str, file: str, region: str, title: str = "") -> str:
    """Put a region in place of the one that a text holds, else behind it; a new file begins with a title.

    Line ends are written as the text has them. Raises `UserError` where the marks do not match.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    written = region.replace("\n", newline)
    start, end = text.find(BEGIN), text.find(END)
    if text.count(BEGIN) > 1 or text.count(END) > 1 or (start < 0) != (end < 0) or end < start:
        raise UserError(f"{file}: the marks of Holdfast's part do not match.", "Remove them, and what is between them.")
    if start >= 0:
        behind = end + len(END)
        behind += len(newline) if text.startswith(newline, behind) else 0
        return text[:start] + written + text[behind:]
    if not text.strip():
        return f"{title}{written}"
    gap = newline if text.endswith(newline) else newline * 2
    return f"{text}{gap}{written}"
