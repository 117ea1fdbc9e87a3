"""What tools take: schemas short enough for every window, arguments refused in words."""

import json
from types import MappingProxyType

import msgspec
import pytest

from app.mcp.asked import ContextAsked, ProposalAsked, read, schema
from app.mcp.tools import INSTRUCTIONS, TOOLS
from sync.contexts.bundle import tokens

NAMES = (
    "get_spec_context",
    "get_spec_section",
    "list_spec_changes",
    "check_drift",
    "find_related",
    "report_intent",
    "propose_spec_change",
)


def whole() -> str:
    made = [{"name": one.name, "description": one.about, "inputSchema": schema(one.asked)} for one in TOOLS]
    return json.dumps(made, ensure_ascii=False)


def test_all_tools_fit_into_the_window_of_an_agent():
    assert tokens(whole() + INSTRUCTIONS) <= 1_500


def test_the_order_is_always_the_same():
    assert tuple(one.name for one in TOOLS) == NAMES
    assert whole() == whole()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_a_schema_stands_alone(tool):
    made = schema(tool.asked)
    assert made["type"] == "object"
    assert made["additionalProperties"] is False
    assert "$ref" not in json.dumps(made)
    assert set(made["properties"]) == set(tool.asked.__struct_fields__)


def test_nested_schemas_say_what_is_needed():
    change = schema(ProposalAsked)["properties"]["changes"]["items"]
    assert change["required"] == ["spec"]
    assert change["properties"]["do"]["type"] == "string"


@pytest.mark.parametrize(
    "arguments",
    [
        {"task": 1},
        {"task": "x", "budget": 10},
        {"task": "x", "budget": True},
        {"task": "x", "paths": "src"},
        {"task": "x", "unknown": 1},
        {"task": "x" * 20_001},
        {"paths": ["x"] * 201},
        [],
        "task",
    ],
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises(msgspec.ValidationError):
        read(ContextAsked, arguments)


def test_arguments_become_a_value():
    made = read(ContextAsked, MappingProxyType({"task": "refunds", "paths": ["src"]}))
    assert (made.task, made.paths, made.budget) == ("refunds", ("src",), 2000)
