"""Images that specs of a checkout show: brought beside them where they are not there yet."""

from hashlib import sha256
from pathlib import Path

from app.cli._checkout import Opened
from specs.errors import HoldfastError
from specs.images import NAME_DIGITS, TYPES, files_of
from sync.checkout.folder import Trouble
from sync.checkout.running import Did


def bring_images(at: Opened) -> None:
    """Bring the images of the specs that were just written; one that does not come is told as a trouble."""
    root = at.folder.root.resolve()
    wanted: dict[str, str] = {}
    for path in sorted(at.run.written):
        wanted |= files_of(path, at.folder.read(path) or "")
    for place, name in wanted.items():
        target = root / place
        if target.exists() or target.is_symlink():
            continue
        problem = _bring(at, root, target, name)
        if problem:
            hint = "holdfast export --to FOLDER brings all specs with their images."
            at.run.log.troubles.append(Trouble(place, problem, hint))
        else:
            at.run.log.did.append(Did(place, "new", "an image"))


def _bring(at: Opened, root: Path, target: Path, name: str) -> str:
    """Fetch one and put it there at once; give what went wrong."""
    if not target.parent.resolve().is_relative_to(root):
        return "Its folder leads elsewhere."
    try:
        body = at.remote.get(f"/images/{name}", accept=", ".join(TYPES.values())).body
    except HoldfastError as error:
        return error.message
    if not name.startswith(sha256(body).hexdigest()[:NAME_DIGITS]):
        return "The server sent another image."
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(body)
    partial.replace(target)
    return ""
