"""Keys of OpenPGP made up for tests by the library, and commits signed with them as git does it."""

import subprocess
from collections.abc import Callable

from pysequoia import ArmorKind, Cert, SignatureMode, Tsk, armor, sign


class Holder:
    """Somebody with a key of their own."""

    def __init__(self, user: str = "Eve <eve@example.com>", **how: object) -> None:
        self.secret = Tsk.generate(user, **how)
        self.cert = self.secret.extract_certificate()

    @property
    def public(self) -> str:
        return block(self.cert)

    def signature(self, message: bytes) -> str:
        return sign(self.secret.signer(), message, mode=SignatureMode.DETACHED).decode()

    def proof(self, claim: str) -> str:
        """Sign what shows whose the key is."""
        return self.signature(f"{claim}\n".encode())

    def revoked(self) -> str:
        """Give the key once its owner revoked it."""
        return block(Cert.from_bytes(bytes(self.cert) + bytes(self.cert.revoke(self.secret.certifier()))))


def block(cert: Cert) -> str:
    return armor(bytes(cert), ArmorKind.PublicKey)


def sign_head(made, signature: Callable[[bytes], str]) -> str:
    """Put a signature into the newest commit of a repository; give its new id."""
    raw = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=made.root, capture_output=True, check=True).stdout
    header, _, message = raw.partition(b"\n\n")
    lines = signature(raw).strip().replace("\n", "\n ")
    whole = header + b"\ngpgsig " + lines.encode() + b"\n\n" + message
    done = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=made.root,
        input=whole,
        capture_output=True,
        check=True,
    )
    commit = done.stdout.decode().strip()
    made.git("reset", "-q", "--soft", commit)
    return commit
