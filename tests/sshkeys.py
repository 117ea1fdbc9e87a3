"""SSH keys made up for a test, and what they sign, without the programs that do so for people."""

import base64
import hashlib
import os

from specs.signing import make_ssh_key, read_ssh_key
from specs.sshsignatures import BEGIN, END, strings


def made_key():
    """Make a private key."""
    return read_ssh_key(make_ssh_key(os.urandom(32)))


def line_of(key, comment: str = "eve@desk") -> str:
    """Give the line that a .pub file holds."""
    return f"{key.public} {comment}"


def make_line(comment: str) -> str:
    """Make the line of a key that nobody will use."""
    return line_of(made_key(), comment)


def signed(key, message: str, namespace: bytes = b"holdfast") -> str:
    """Sign a message as `ssh-keygen -Y sign` does."""
    digest = hashlib.sha512(message.encode()).digest()
    value = key.sign(b"SSHSIG" + strings(namespace, b"", b"sha512", digest), 0)
    blob = b"SSHSIG" + (1).to_bytes(4) + strings(key.blob, namespace, b"", b"sha512", value)
    return f"{BEGIN}\n{base64.b64encode(blob).decode()}\n{END}\n"
