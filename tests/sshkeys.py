"""Public SSH keys made up for a test, without the program that makes real ones: nothing can be signed with them."""

import base64
import os


def make_line(comment: str) -> str:
    """Make the line that a .pub file holds."""
    parts = (b"ssh-ed25519", os.urandom(32))
    blob = b"".join(len(part).to_bytes(4) + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}"
