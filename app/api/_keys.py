"""The public keys that decisions are signed with, for everyone: with them a token is verified offline."""

import base64
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.api._conditions import JSON
from app.api._wire import Items, Out
from app.http.auth import ANONYMOUS
from app.unit import Unit
from sync.gates.decisiontokens import ALGORITHM, key_name
from sync.service.gates.signing import PublicKey


class KeyOut(Out):
    """A public key: the line that `holdfast gate verify --key` reads, and the same as a JSON Web Key."""

    id: str
    key: str
    since: datetime
    jwk: dict[str, str]
    until: datetime | None = None

    @classmethod
    def of(cls, key: PublicKey) -> "KeyOut":
        """Make it from the service's value."""
        x = base64.urlsafe_b64encode(key.verifier.public).decode().rstrip("=")
        name = key_name(key.verifier)
        jwk = {"kty": "OKP", "crv": "Ed25519", "alg": ALGORITHM, "use": "sig", "kid": name, "x": x}
        return cls(id=name, key=str(key.verifier), since=key.since, until=key.until, jwk=jwk)


@get("/api/v1/keys", opt={"public": ANONYMOUS}, include_in_schema=False, media_type=JSON)
async def list_keys(unit: NamedDependency[Unit]) -> Response[Any]:
    """Give the public keys, the one in use last."""
    keys = await unit.signatures.keys()
    return Response(Items(tuple(KeyOut.of(key) for key in keys)), headers={"cache-control": "public, max-age=300"})


ROUTES = (list_keys,)
