"""How images go out over HTTP, from the API and to pages alike."""

from collections.abc import Mapping
from types import MappingProxyType

# Nothing in an image is ever more than a picture, even where someone opens its address itself.
IMAGE_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "content-security-policy": "default-src 'none'; sandbox",
        "cache-control": "private, max-age=31536000, immutable",
        "vary": "authorization, cookie",
    }
)
