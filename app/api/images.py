"""Images beside specs: added once, named by their content, given to whoever may read."""

import base64
import binascii
from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import In, Out
from app.http.images import IMAGE_HEADERS
from app.unit import Unit
from specs.access import Scope
from specs.errors import UserError
from specs.images import MAX_IMAGE_BYTES, TYPES

MAX_ENCODED = MAX_IMAGE_BYTES * 4 // 3 + 1024


class ImageIn(In):
    """An image: the bytes of its file in base64."""

    data: Annotated[str, Meta(min_length=1, max_length=MAX_ENCODED)]


class ImageOut(Out):
    """An image as it is kept; `reference` is for texts. `stripped`: its file told more than its picture."""

    name: str
    reference: str
    type: str
    size: int
    width: int
    height: int
    stripped: bool


@post(
    "/projects/{project:str}/images",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    request_max_body_size=MAX_ENCODED + 1024,
    summary="Add an image",
)
async def add_image(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[ImageIn]) -> ImageOut:
    """Keep a PNG, JPEG, GIF or WebP of at most 5 MiB, as its bytes say; what it tells of place and device goes.

    What is there already is the same image. What no text refers to is let go of after a while.
    """
    found = await unit.projects.find(unit.principal, project)
    try:
        body = base64.b64decode(data.data, validate=True)
    except (binascii.Error, ValueError):
        raise UserError("The image is not written in base64.", "Send `data` with the file's bytes in base64.") from None
    kept, picture = await unit.images.add(unit.principal, found.id, body)
    return ImageOut(
        name=kept.name,
        reference=f"images/{kept.name}",
        type=TYPES[picture.suffix],
        size=kept.size,
        width=kept.width,
        height=kept.height,
        stripped=picture.stripped,
    )


@get(
    "/projects/{project:str}/images/{image:str}",
    opt={"scope": Scope.READ, "statuses": (404,), "offers": tuple(TYPES.values())},
    summary="Read an image",
)
async def get_image(unit: NamedDependency[Unit], project: FromPath[str], image: FromPath[str]) -> Response[bytes]:
    """Give an image by its name."""
    found = await unit.projects.find(unit.principal, project)
    kept, body = await unit.images.read(unit.principal, found.id, image)
    return Response(body, media_type=TYPES[kept.name.rpartition(".")[2]], headers=IMAGE_HEADERS)


ROUTES = (add_image, get_image)
