"""Every setting of Holdfast, as one frozen value made from the environment. The only module that knows variable names.

Nothing is read at import; `app.cli` calls `Settings.from_env(os.environ)` through `current` once per process.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from specs.errors import UserError
from specs.values import dataclass, field

TRUE = frozenset({"1", "true", "yes", "on"})
ROOT_DATA_DIR = Path("/var/lib/holdfast")
GIT_VARIABLES = ("PATH", "HOME", "SSH_AUTH_SOCK")
MEBIBYTE = 1024 * 1024
MARK = "HOLDFAST_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    `cache_dir` replaces `.holdfast/cache` under the checked root (None: there). `debug` shows tracebacks. `private_dir`
    is the user's own cache folder, which no other user reads.
    `no_color` follows https://no-color.org: any non-empty value counts. `server`, `project` and `token` are those that
    commands ask when they work with a server; `host_token` is CI's own for the code host.

    `database_url` names a PostgreSQL (empty: the embedded server under `data_dir`). `public_url` is the address people
    use (empty: made of host and port). `secret_key` signs cookies and seals secrets (empty: a file in `data_dir`);
    what `former_secret_keys` sealed is still opened.
    `audit_dir` is where signed checkpoints of the audit log are kept (None: `audit` in `data_dir`).
    `trust_forwarded` believes a proxy's X-Forwarded-* headers. `metrics_token` guards the metrics (empty: loopback
    only). `repository_roots` are the folders below which local repositories may be registered (none: no local ones).
    `allow_private_addresses` lets repositories live on private networks. `sync_interval` is in seconds.
    Feeds reach back `feed_days`; a webhook that fails for `webhook_days` is switched off.
    A mirror holds at most `max_repository_bytes`.
    `traces` sends traces to the collector that the standard variables of OpenTelemetry name.
    `embeddings` searches by meaning where the model is installed.
    `code_hosts` are hosts besides github.com and gitlab.com whose API is spoken, as `sync.hosts.read_known` reads them.
    `git_environment` is all that git and ssh are given of the server's own environment. `commit_domain` ends the
    addresses of commits that are made here, for people whose login is none.
    `oidc_issuer` is the identity provider with which people may log in (empty: none), `oidc_name` what its button says;
    `oidc_signup` lets newcomers in, and without `password_login` it is the only way in.
    `chat` holds the addresses of chats that get weekly reports, each perhaps after `PROJECT=`.
    `given` are the variables that were set.
    """

    cache_dir: Path | None = None
    private_dir: Path = Path("/nonexistent")
    debug: bool = False
    no_color: bool = False
    server: str = ""
    project: str = ""
    token: str = field(default="", repr=False)
    host_token: str = field(default="", repr=False)
    data_dir: Path = ROOT_DATA_DIR
    database_url: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    audit_dir: Path | None = None
    secret_key: str = field(default="", repr=False)
    former_secret_keys: tuple[bytes, ...] = field(default=(), repr=False)
    max_body_bytes: int = 2 * MEBIBYTE
    trust_forwarded: bool = False
    metrics_token: str = field(default="", repr=False)
    repository_roots: tuple[Path, ...] = ()
    allow_private_addresses: bool = False
    max_repository_bytes: int = 4096 * MEBIBYTE
    sync_interval: int = 300
    feed_days: int = 30
    webhook_days: int = 5
    code_hosts: str = ""
    embeddings: bool = False
    traces: bool = False
    git_environment: tuple[tuple[str, str], ...] = ()
    commit_domain: str = "holdfast.invalid"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_sender: str = ""
    smtp_starttls: bool = True
    password_login: bool = True
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    oidc_scopes: str = "openid profile email"
    oidc_signup: bool = False
    chat: tuple[str, ...] = field(default=(), repr=False)
    given: frozenset[str] = frozenset()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings out of a mapping like `os.environ`; what is not set has its default."""
        default = cls()
        cache_dir = text(env, "HOLDFAST_CACHE_DIR")
        return cls(
            cache_dir=Path(cache_dir) if cache_dir else None,
            private_dir=private_dir(env),
            debug=flag(env, "HOLDFAST_DEBUG"),
            no_color=bool(env.get("NO_COLOR")),
            server=text(env, "HOLDFAST_SERVER"),
            project=text(env, "HOLDFAST_PROJECT"),
            token=text(env, "HOLDFAST_TOKEN"),
            host_token=text(env, "HOLDFAST_HOST_TOKEN"),
            code_hosts=text(env, "HOLDFAST_CODE_HOSTS"),
            data_dir=data_dir(env, root=os.geteuid() == 0),
            database_url=text(env, "HOLDFAST_DATABASE_URL"),
            host=text(env, "HOLDFAST_HOST", default.host),
            port=number(env, "HOLDFAST_PORT", default.port, 0, 65535),
            public_url=text(env, "HOLDFAST_PUBLIC_URL").rstrip("/"),
            audit_dir=folder(env, "HOLDFAST_AUDIT_DIR"),
            secret_key=text(env, "HOLDFAST_SECRET_KEY"),
            former_secret_keys=tuple(key.encode() for key in text(env, "HOLDFAST_FORMER_SECRET_KEYS").split()),
            max_body_bytes=number(env, "HOLDFAST_MAX_BODY_BYTES", default.max_body_bytes, MEBIBYTE, 1024 * MEBIBYTE),
            trust_forwarded=flag(env, "HOLDFAST_TRUST_FORWARDED"),
            metrics_token=text(env, "HOLDFAST_METRICS_TOKEN"),
            repository_roots=folders(env, "HOLDFAST_REPOSITORY_ROOTS"),
            allow_private_addresses=flag(env, "HOLDFAST_ALLOW_PRIVATE_ADDRESSES"),
            max_repository_bytes=number(
                env, "HOLDFAST_MAX_REPOSITORY_BYTES", default.max_repository_bytes, MEBIBYTE, 2**50
            ),
            embeddings=flag(env, "HOLDFAST_EMBEDDINGS", default=True),
            traces=traces(env),
            sync_interval=number(env, "HOLDFAST_SYNC_INTERVAL", default.sync_interval, 10, 86400),
            feed_days=number(env, "HOLDFAST_FEED_DAYS", default.feed_days, 1, 3650),
            webhook_days=number(env, "HOLDFAST_WEBHOOK_DAYS", default.webhook_days, 1, 365),
            commit_domain=commit_domain(env, default.commit_domain),
            smtp_host=text(env, "HOLDFAST_SMTP_HOST"),
            smtp_port=number(env, "HOLDFAST_SMTP_PORT", default.smtp_port, 1, 65535),
            smtp_user=text(env, "HOLDFAST_SMTP_USER"),
            smtp_password=env.get("HOLDFAST_SMTP_PASSWORD", ""),
            smtp_sender=text(env, "HOLDFAST_SMTP_SENDER"),
            smtp_starttls=flag(env, "HOLDFAST_SMTP_STARTTLS", default=True),
            **log_in(env, default.oidc_scopes),
            chat=chats(env),
            given=frozenset(name for name, value in env.items() if name.startswith(MARK) and value.strip()),
        )

    def shown(self) -> tuple[tuple[str, str, str], ...]:
        """Give each setting as its variable, its value in words and where that is from; never a secret."""
        from dataclasses import fields  # noqa: PLC0415 (it loads much, and few commands show the settings)

        rows = []
        for one in fields(self):
            variable = f"{MARK}{one.name.upper()}"
            if one.name in {"given", "no_color", "git_environment", "private_dir", "cache_dir", "server", "project"}:
                continue
            value = getattr(self, one.name)
            words = ("set" if value else "not set") if not one.repr else in_words(value)
            rows.append((variable, words, "the environment" if variable in self.given else "the default"))
        return tuple(rows)


def in_words(value: object) -> str:
    """Write a setting's value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value) or "none"
    return "none" if value in (None, "") else str(value)


def log_in(env: Mapping[str, str], scopes: str) -> dict[str, Any]:
    """Give the settings of logging in. Raises `UserError` for ones with which nobody could."""
    issuer, client = text(env, "HOLDFAST_OIDC_ISSUER"), text(env, "HOLDFAST_OIDC_CLIENT_ID")
    passwords = flag(env, "HOLDFAST_PASSWORD_LOGIN", default=True)
    parts = urlsplit(issuer)
    near = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if issuer and not ((parts.scheme == "https" and parts.hostname) or near):
        raise UserError("HOLDFAST_OIDC_ISSUER is not an address of https.", "Write it as https://login.example.org.")
    if issuer and not client:
        raise UserError("HOLDFAST_OIDC_CLIENT_ID is missing.", "Set it to the id under which the provider knows us.")
    if not passwords and not issuer:
        raise UserError("Without passwords nobody could log in.", "Set HOLDFAST_OIDC_ISSUER, or leave passwords on.")
    return {
        "password_login": passwords,
        "oidc_issuer": issuer,
        "oidc_client_id": client,
        "oidc_client_secret": env.get("HOLDFAST_OIDC_CLIENT_SECRET", "").strip(),
        "oidc_name": text(env, "HOLDFAST_OIDC_NAME"),
        "oidc_scopes": text(env, "HOLDFAST_OIDC_SCOPES", scopes),
        "oidc_signup": flag(env, "HOLDFAST_OIDC_SIGNUP"),
    }


def flag(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Say whether a yes-or-no variable is set to yes; anything that is not plainly yes is no, nothing the default."""
    value = env.get(name, "").strip().lower()
    return value in TRUE if value else default


def text(env: Mapping[str, str], name: str, default: str = "") -> str:
    """Give a variable without the blanks around it; an empty one counts as not set."""
    return env.get(name, "").strip() or default


def number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    """Give a whole number within bounds. Raises `UserError` that names the variable."""
    value = env.get(name, "").strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20 and least <= int(value) <= most):  # noqa: PLR2004 (int() of a longer text may refuse)
        raise UserError(f"{name} is not a number it can be.", f"Set {name} to a whole number from {least} to {most}.")
    return int(value)


def folders(env: Mapping[str, str], name: str) -> tuple[Path, ...]:
    """Give the absolute folders of a list separated like PATH. Raises `UserError` for a relative one."""
    found = tuple(Path(part).expanduser() for part in env.get(name, "").split(os.pathsep) if part.strip())
    for folder in found:
        if not folder.is_absolute():
            raise UserError(f"{name} names {folder}, which is relative.", f"Write absolute folders in {name}.")
    return found


def folder(env: Mapping[str, str], name: str) -> Path | None:
    """Give the absolute folder that a variable names, if it names one. Raises `UserError` for a relative one."""
    value = text(env, name)
    if not value:
        return None
    found = Path(value).expanduser()
    if not found.is_absolute():
        raise UserError(f"{name} names {found}, which is relative.", f"Write an absolute folder in {name}.")
    return found


def traces(env: Mapping[str, str]) -> bool:
    """Say whether traces are sent: as told, else where the standard variables name a collector and do not say no."""
    named = text(env, "OTEL_EXPORTER_OTLP_ENDPOINT") or text(env, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    unwanted = flag(env, "OTEL_SDK_DISABLED") or text(env, "OTEL_TRACES_EXPORTER") == "none"
    return flag(env, "HOLDFAST_TRACES", default=bool(named) and not unwanted)


def chats(env: Mapping[str, str]) -> tuple[str, ...]:
    """Give the addresses of chats. Raises `UserError` for what is none, without its text: it may be secret."""
    found = tuple(env.get("HOLDFAST_CHAT", "").split())
    for at, entry in enumerate(found, start=1):
        if not re.fullmatch(r"(?:[a-z0-9-]+=)?[A-Za-z][A-Za-z0-9+.-]*://\S+", entry):
            hint = "Write each as Apprise does, such as slack://..., perhaps after PROJECT=, with blanks between."
            raise UserError(f"Entry {at} of HOLDFAST_CHAT is not the address of a chat.", hint)
    return found


def commit_domain(env: Mapping[str, str], default: str) -> str:
    """Give the domain of addresses in commits: as set, else the host that people use. Raises `UserError`."""
    value = text(env, "HOLDFAST_COMMIT_DOMAIN") or urlsplit(text(env, "HOLDFAST_PUBLIC_URL")).hostname or default
    if not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?", value):
        raise UserError("HOLDFAST_COMMIT_DOMAIN is not a domain.", "Write it as example.org.")
    return value


def data_dir(env: Mapping[str, str], *, root: bool) -> Path:
    """Give the folder that holds what the server keeps.

    For root it lies outside the home: the embedded database runs as another user, who could not enter there.
    """
    value = text(env, "HOLDFAST_DATA_DIR")
    if value:
        return Path(value).expanduser().absolute()
    if root:
        return ROOT_DATA_DIR
    base = text(env, "XDG_DATA_HOME") or f"{text(env, 'HOME', '/tmp')}/.local/share"  # noqa: S108 (no home: a container)
    return Path(base) / "holdfast"


def private_dir(env: Mapping[str, str]) -> Path:
    """Give the folder in which the command keeps what is the user's alone; nowhere where there is no home."""
    base, home = text(env, "XDG_CACHE_HOME"), text(env, "HOME")
    if base.startswith("/"):
        return Path(base) / "holdfast"
    return Path(home) / ".cache" / "holdfast" if home else Path("/nonexistent")


def current() -> Settings:
    """Make the settings of this process."""
    return Settings.from_env(os.environ)
