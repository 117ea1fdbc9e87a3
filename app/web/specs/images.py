"""Images of specs for pages and the editor: taken in as they are pasted, dropped or picked, and shown."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.http.images import IMAGE_HEADERS
from app.unit import Unit
from app.web import answers
from app.web.answers import Web
from specs.access import Scope
from specs.images import MAX_IMAGE_BYTES, TYPES

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}


@post("/p/{project:str}/images", opt=WRITE, status_code=201, request_max_body_size=MAX_IMAGE_BYTES + 1024)
async def take_image(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Keep the image that is the body, and say how a text refers to it."""
    found = await unit.projects.find(unit.principal, project)
    kept, picture = await unit.images.add(unit.principal, found.id, await request.body())
    told = {"reference": f"images/{kept.name}", "width": kept.width, "height": kept.height}
    return answers.json({**told, "stripped": picture.stripped}, status=201)


@get("/p/{project:str}/images/{image:str}", opt=READ)
async def show_image(unit: NamedDependency[Unit], project: FromPath[str], image: FromPath[str]) -> Response[bytes]:
    """Give an image by its name."""
    found = await unit.projects.find(unit.principal, project)
    kept, body = await unit.images.read(unit.principal, found.id, image)
    return Response(body, media_type=TYPES[kept.name.rpartition(".")[2]], headers=IMAGE_HEADERS)


ROUTES = (take_image, show_image)
