"""Hands a git command what it needs to be let in, and leaves no trace of it: not in arguments, environment or files.

A token lies in memory that has no name, which the child inherits and a helper of git's reads. A private key stays in
this process: the child's ssh asks an agent here to sign. Both end with the command.
"""

import base64
import os
import shutil
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import quote

from specs.signing import SshPrivateKey
from specs.sshsignatures import strings

IDENTITIES_ASKED, IDENTITIES, SIGN_ASKED, SIGNED, FAILURE = 11, 12, 13, 14, 5
LARGEST = 256 * 1024
PATIENCE = 900.0


@dataclass(frozen=True, slots=True)
class Access:
    """What lets in: a name and a token for https, or a private key for ssh. Neither is ever shown."""

    user: str = ""
    token: str = field(default="", repr=False)
    key: SshPrivateKey | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Handing:
    """What a command is given: settings of git, variables, and files that it inherits; and what it must never say."""

    config: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    files: tuple[int, ...] = ()
    hidden: tuple[str, ...] = field(default=(), repr=False)

    def hide(self, said: str) -> str:
        """Take what is secret out of what a command or the other side said."""
        for secret in self.hidden:
            said = said.replace(secret, "***")
        return said


@contextmanager
def handing(access: Access | None) -> Iterator[Handing]:
    """Give what a command needs while it runs."""
    if access is None or not (access.key or access.token):
        yield Handing()
    elif access.key is not None:
        with Agent(access.key) as agent:
            yield Handing(env=(("SSH_AUTH_SOCK", agent.address),))
    else:
        with _unnamed(f"username={access.user}\npassword={access.token}\n".encode()) as number:
            helper = f'!f() {{ test "$1" = get && cat /dev/fd/{number}; }}; f'
            both = base64.b64encode(f"{access.user}:{access.token}".encode()).decode()
            hidden = (access.token, quote(access.token, safe=""), both)
            yield Handing(("credential.helper=", f"credential.helper={helper}"), files=(number,), hidden=hidden)


@contextmanager
def _unnamed(content: bytes) -> Iterator[int]:
    """Give a file without a name that holds some bytes; whoever opens it again reads it from the start."""
    if hasattr(os, "memfd_create"):
        number = os.memfd_create("holdfast")
    else:
        number, place = tempfile.mkstemp()
        os.unlink(place)  # noqa: PTH108 (of a descriptor's)
    try:
        os.fchmod(number, 0o600)
        os.write(number, content)
        os.lseek(number, 0, os.SEEK_SET)
        yield number
    finally:
        os.close(number)


class Agent:
    """An agent of ssh's that has one key, for as long as a command runs. It answers two questions and no other."""

    def __init__(self, key: SshPrivateKey) -> None:
        self._key = key
        self._folder = Path(tempfile.mkdtemp(prefix="holdfast-"))
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._ended = False

    @property
    def address(self) -> str:
        """Where it listens: in a folder that its user alone may enter."""
        return str(self._folder / "agent")

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._socket.bind(self.address)
        self._socket.listen()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._ended = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        with suppress(OSError):
            while not self._ended:
                asking, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(asking,), daemon=True).start()

    def _answer(self, asking: socket.socket) -> None:
        asking.settimeout(PATIENCE)
        with asking, suppress(OSError), asking.makefile("rb") as questions:
            while not self._ended and len(head := questions.read(4)) == 4:  # noqa: PLR2004 (a length)
                size = struct.unpack(">I", head)[0]
                if not 0 < size <= LARGEST:
                    return
                told = self.reply(questions.read(size))
                asking.sendall(strings(told))

    def reply(self, question: bytes) -> bytes:
        """Answer a message of the agent's protocol."""
        if question[:1] == bytes([IDENTITIES_ASKED]):
            return bytes([IDENTITIES]) + struct.pack(">I", 1) + strings(self._key.blob, b"holdfast")
        if question[:1] == bytes([SIGN_ASKED]):
            with suppress(struct.error, ValueError):
                blob, rest = _taken(question[1:])
                data, rest = _taken(rest)
                if blob == self._key.blob:
                    return bytes([SIGNED]) + strings(self._key.sign(data, struct.unpack(">I", rest)[0]))
        return bytes([FAILURE])


def _taken(given: bytes) -> tuple[bytes, bytes]:
    """Take one string off the front. Raises `ValueError` where it is cut off."""
    size = struct.unpack(">I", given[:4])[0]
    if size > len(given) - 4:
        raise ValueError("a string is cut off")
    return given[4 : 4 + size], given[4 + size :]
