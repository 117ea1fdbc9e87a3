"""Where work comes from: ids taken over or refused, and carried by jobs."""

import pytest

from app.origins import NOWHERE, Origin, arrived, carried, following, taken

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"


def test_an_id_is_taken_over_before_a_trace() -> None:
    assert arrived([(b"x-request-id", b"ci-7"), (b"traceparent", PARENT.encode())]) == Origin("ci-7", PARENT)
    assert arrived([(b"x-request-id", b"a b"), (b"traceparent", PARENT.encode())]) == Origin(TRACE, PARENT)


def test_a_later_version_is_read_as_ours() -> None:
    assert arrived([(b"traceparent", f"cc-{TRACE}-{SPAN}-01-more".encode())]).traceparent == PARENT


@pytest.mark.parametrize(
    "odd",
    [
        "",
        PARENT.upper(),
        PARENT + "-more",
        PARENT + "\n",
        "ff" + PARENT[2:],
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{SPAN}",
        f"cc-{TRACE}-{SPAN}-01x",
        "é" * 55,
    ],
)
def test_a_trace_that_is_none_is_left(odd: str) -> None:
    found = arrived([(b"traceparent", odd.encode())])
    assert found.traceparent == ""
    assert len(found.request_id) == 32
    assert found.request_id != TRACE


def test_what_a_job_carries_is_taken_up_again() -> None:
    assert carried() == {}
    with following(Origin("ci-7", PARENT)):
        told = carried()
        with following(NOWHERE):
            assert carried() == {}
    assert carried() == {}
    arguments = {"repository": "r", **told}
    assert taken(arguments) == Origin("ci-7", PARENT)
    assert arguments == {"repository": "r"}
    assert taken(arguments) == NOWHERE
