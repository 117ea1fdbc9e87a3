"""Requests that schemathesis makes of the OpenAPI document, by every role: each answer is as the document says."""

import itertools
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from specs.access import Role
from tests.app.api.inhabited import Inhabited
from tests.app.conftest import Town

REQUESTS = int(os.environ.get("SCHEMA_REQUESTS", "2000"))
MOSTLY_RIGHT = 2
SEED = int(os.environ.get("SCHEMA_SEED", "1"))
ORIGIN = "http://testserver.local"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def made_for(operation: Any, mode: Any, count: int) -> list[Any]:
    """Let schemathesis make requests for an operation: such as fit its schemas, or such as do not."""
    made: list[Any] = []

    @seed(SEED)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def take(case: Any) -> None:
        made.append(case)

    take()
    return made


def with_body(case: Any, body: Any) -> Any:
    """Give a request as another, but for its body."""
    return Case(
        case.operation,
        case.method,
        case.path,
        path_parameters=case.path_parameters,
        headers=case.headers.copy(),
        query=case.query,
        body=body,
        media_type=case.media_type,
        meta=case.meta,
    )


def all_made(document: dict[str, Any], total: int, inhabited: Inhabited) -> list[Any]:
    """Make about so many requests, as many for each operation, and of each three times as many right as wrong ones.

    Each right one is sent three times, to be asked by others and to name other things, two of them with a body that is
    known to be right where one is: making up a request takes longer than asking it.
    """
    schema = schemathesis.openapi.from_dict(document)
    operations = [result.ok() for result in schema.get_all_operations()]
    count = -(-total // (4 * len(operations)))
    right, wrong = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
    cases = []
    for operation in operations:
        made = made_for(operation, right, count)
        cases += made + made_for(operation, wrong, count)
        known = inhabited.bodies_of(operation.method, operation.path)
        again = itertools.cycle(known or [case.body for case in made])
        cases += [with_body(case, body) for case, body in zip(2 * made, again, strict=False)]
    return cases


class Fitted:
    """Puts what is there in the place of some of what was made up, by the names of fields and parameters.

    Half of the requests that are to be right name only what is there, and go without what they need not have.
    """

    def __init__(self, inhabited: Inhabited, chance: random.Random) -> None:
        self.inhabited = inhabited
        self.known = inhabited.known
        self.sure = 0.9
        self.lean = False
        self.chance = chance
        self.turn = 0

    def value(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: self.value(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, name) for inner in value]
        if isinstance(value, str) and name in self.known and self.chance.random() < self.sure:
            return self.known[name][self.turn % len(self.known[name])]
        return value

    def case(self, case: Any) -> None:
        """Fit the parameters of a request and, where it is to be right, its body."""
        self.turn = self.chance.randrange(1000)
        right = case.meta.generation.mode == schemathesis.GenerationMode.POSITIVE
        self.lean = right and self.chance.random() < 0.5
        self.sure = 1.0 if self.lean else 0.9
        case.path_parameters = self.value(dict(case.path_parameters))
        if not right:
            return
        bodies = self.inhabited.bodies_of(case.method, case.path)
        known = any(case.body is body for body in bodies)
        case.body = bodies[self.turn % len(bodies)] if known else self.value(case.body)
        case.query = self.value(dict(case.query))
        if self.lean:
            self.strip(case)
        if "If-Match" in case.headers:
            digests = self.known["digest" if "{proposal}" in case.path else "revision"]
            case.headers["If-Match"] = f'"{digests[self.turn % len(digests)]}"'

    def strip(self, case: Any) -> None:
        """Take what a request need not have, and give it the one header that a save needs."""
        needed = {one.name for one in case.operation.query if one.is_required}
        case.query = {name: value for name, value in case.query.items() if name in needed}
        case.headers.pop("Idempotency-Key", None)
        if any(one.name == "If-Match" for one in case.operation.headers):
            case.headers["If-Match"] = ""


def prepared(case: Any, token: str) -> requests.PreparedRequest:
    """Write a request as it goes over the wire, with a token or (empty) without one."""
    case.headers.pop("Authorization", None)
    if token:
        case.headers["Authorization"] = f"Bearer {token}"
    return requests.Request(**case.as_transport_kwargs(base_url=ORIGIN)).prepare()


def failures_of(case: Any, answer: Any) -> Iterator[str]:
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        for failure in group.exceptions:
            yield f"{failure.title}: {failure.message}"[:600]


async def test_every_answer_is_as_the_document_says(client: Any, town: Town, ask: Any) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    inhabited = Inhabited(town, ask)
    chance = random.Random(SEED)
    await inhabited.settle()
    fitted = Fitted(inhabited, chance)
    tokens = {str(role): await town.token(role) for role in Role}
    tokens |= {"agent": inhabited.agent, "stranger": await town.token(None), "nobody": ""}
    tokens["keeper"] = await inhabited.keeper()
    # Whoever may do most reaches the inside of most routes.
    asking = [*tokens, "editor", "reviewer", "reviewer", *["admin"] * 3]
    cases = all_made(document, REQUESTS, inhabited)
    chance.shuffle(cases)
    wrong: dict[tuple[str, int], str] = {}
    told: Counter[tuple[str, int]] = Counter()
    tried: Counter[str] = Counter()
    answers: dict[str, Counter[int]] = {case.operation.label: Counter() for case in cases}
    for number, case in enumerate(cases):
        label = case.operation.label
        fitted.case(case)
        who = asking[number % len(asking)]
        if fitted.lean and tried[label] < MOSTLY_RIGHT:
            who = "keeper" if "/installation/" in label else "admin"
            tried[label] += 1
        sent = prepared(case, tokens[who])
        headers = [(name.encode(), value.encode("latin-1")) for name, value in sent.headers.items()]
        answer = await client.request(sent.method, sent.url, headers=headers, content=sent.body)
        told[who, answer.status_code // 100] += 1
        answers[case.operation.label][answer.status_code] += 1
        for failure in failures_of(case, answer):
            text = f"{who}: {sent.method} {sent.url} {str(sent.body)[:300]} -> {answer.status_code} {answer.text[:300]}"
            wrong.setdefault((case.operation.label, answer.status_code), f"{failure}\n{text}")
    assert not wrong, "\n\n".join(wrong.values())
    unreached = {label: told for label, told in answers.items() if not any(200 <= status < 300 for status in told)}
    assert len(unreached) <= len(answers) // 7, "\n".join(f"{label}: {told}" for label, told in unreached.items())
    assert all(told[str(role), 2] > 0 for role in Role), told
    assert set(told) & {("nobody", 2), ("stranger", 5)} == set(), told
