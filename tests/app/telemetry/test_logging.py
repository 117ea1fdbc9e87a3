"""Every log line is one JSON object, whoever wrote it, and holds no secret."""

import io
import json
import logging as standard

import structlog


def test_all_loggers_end_in_the_same_lines(log: io.StringIO) -> None:
    structlog.get_logger("holdfast.test").info("own", path="a\r\nb\x1b[31m", nested={"a": 1})
    standard.getLogger("library").warning("theirs %s", "x\ny")
    try:
        int("no\nline")
    except ValueError:
        structlog.get_logger("holdfast.test").exception("failed")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["own", "theirs x\ny", "failed"]
    assert {line["level"] for line in lines} == {"info", "warning", "error"}
    assert all(line["timestamp"] and line["logger"] for line in lines)
    assert "ValueError" in lines[2]["exception"]
    assert "\x1b" not in log.getvalue()


def test_secrets_are_scrubbed(log: io.StringIO) -> None:
    token = "hf_abcdefgh_" + "z" * 48
    structlog.get_logger("holdfast.test").info(
        "a", authorization="Bearer x1", cookie="y1", url="postgresql://me:hunter2@db/x", said=f"token {token}!"
    )
    standard.getLogger("library").warning("cannot fetch https://me:hunter2@host/x with %s", token)
    text = log.getvalue()
    for secret in ("x1", "y1", "hunter2", token):
        assert secret not in text
    assert "db/x" in text


def test_a_line_stays_readable(log: io.StringIO) -> None:
    structlog.get_logger("holdfast.test").info("a", text="x" * 1_000_000)
    assert len(log.getvalue()) < 5_000
