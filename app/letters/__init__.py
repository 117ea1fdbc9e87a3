"""The weekly letter in the forms people read it: Markdown (page, file, text part of a mail) and HTML (mail).

Each form renders the one model of `sync.weekly`; none of them counts anything.
"""

from app.letters.html import html
from app.letters.markdown import markdown
from app.letters.words import subject

__all__ = ["html", "markdown", "subject"]
