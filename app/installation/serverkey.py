"""The key of the installation, from which webhook secrets are made: a setting, else a file made on first use."""

import os
import secrets
from pathlib import Path

from app.settings import Settings
from app.sources import random_bytes
from specs.errors import UserError
from specs.store.artifacts import Vault

NAME = "secret.key"
KEY_BYTES = 32
SHORTEST = 16


def server_key(settings: Settings) -> bytes:
    """Give the key. Processes on several machines share it by HOLDFAST_SECRET_KEY. Raises `UserError`."""
    if settings.secret_key:
        if len(settings.secret_key) < SHORTEST:
            raise UserError(
                "HOLDFAST_SECRET_KEY is too short to keep a secret.", "Set it to 32 random characters or more."
            )
        return settings.secret_key.encode()
    path = settings.data_dir / NAME
    try:
        settings.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise UserError(
            f"The key file {path} cannot be used: {error.strerror}.",
            "Set HOLDFAST_SECRET_KEY, or HOLDFAST_DATA_DIR to a folder you may write to.",
        ) from error


def vault(settings: Settings) -> Vault:
    """Give what seals large values: with the key of now, and opening with those before it too. Raises `UserError`."""
    return Vault((server_key(settings), *settings.former_secret_keys), random_bytes)


def opener(settings: Settings) -> Vault:
    """Give a vault for looking alone: where there is no key yet, none is made. Raises `UserError`."""
    if settings.secret_key or (settings.data_dir / NAME).exists():
        return vault(settings)
    return Vault(settings.former_secret_keys, random_bytes)


def _make(path: Path) -> None:
    """Make the file whole or not at all; of several processes that try, one wins and the others read its key."""
    draft = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(KEY_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
