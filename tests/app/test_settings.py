"""Settings come from a mapping, have defaults, and a wrong value names its variable and says what would be right."""

from pathlib import Path

import pytest

from app.settings import ROOT_DATA_DIR, Settings, data_dir
from specs.errors import UserError


def test_nothing_set_gives_defaults() -> None:
    settings = Settings.from_env({})
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8000, "")
    assert settings.repository_roots == ()
    assert settings.smtp_starttls


def test_values_are_read() -> None:
    settings = Settings.from_env(
        {
            "HOLDFAST_DATABASE_URL": " postgresql://u:geheim@db/x ",
            "HOLDFAST_PORT": "0",
            "HOLDFAST_PUBLIC_URL": "https://intent.example/",
            "HOLDFAST_REPOSITORY_ROOTS": "/srv/git:/work",
            "HOLDFAST_SMTP_STARTTLS": "no",
            "HOLDFAST_TRUST_FORWARDED": "YES",
        }
    )
    assert settings.database_url == "postgresql://u:geheim@db/x"
    assert settings.port == 0
    assert settings.public_url == "https://intent.example"
    assert settings.repository_roots == (Path("/srv/git"), Path("/work"))
    assert not settings.smtp_starttls
    assert settings.trust_forwarded


@pytest.mark.parametrize("value", ["http", "-1", "65536", "8000.0", "9" * 5000, "tcp://10.0.0.1:80", "٣"])
def test_a_port_that_is_none_names_its_variable(value: str) -> None:
    with pytest.raises(UserError, match="HOLDFAST_PORT") as caught:
        Settings.from_env({"HOLDFAST_PORT": value})
    assert "65535" in caught.value.hint


def test_relative_repository_root_is_refused() -> None:
    with pytest.raises(UserError, match="relative"):
        Settings.from_env({"HOLDFAST_REPOSITORY_ROOTS": "git"})


@pytest.mark.parametrize(
    ("env", "traces"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "HOLDFAST_TRACES": "no"}, False),
        ({"HOLDFAST_TRACES": "yes"}, True),
    ],
)
def test_traces_are_on_where_a_collector_is_named(env: dict[str, str], traces: bool) -> None:  # noqa: FBT001 (a case)
    assert Settings.from_env(env).traces is traces


def test_secrets_are_not_shown() -> None:
    settings = Settings.from_env(
        {"HOLDFAST_DATABASE_URL": "postgresql://u:geheim@db/x", "HOLDFAST_SECRET_KEY": "geheim"}
    )
    assert "geheim" not in repr(settings)


def test_data_dir_of_root_is_outside_the_home() -> None:
    env = {"HOME": "/root"}
    assert data_dir(env, root=True) == ROOT_DATA_DIR
    assert data_dir({"HOME": "/home/ada"}, root=False) == Path("/home/ada/.local/share/holdfast")
    assert data_dir({"XDG_DATA_HOME": "/d", "HOME": "/home/ada"}, root=False) == Path("/d/holdfast")
    assert data_dir({"HOLDFAST_DATA_DIR": "/x/y"}, root=True) == Path("/x/y")
