"""Evaluates a commit in a child process with limits, and turns however that ends into a value. Knows no database."""

import asyncio
import json
import signal
from collections.abc import Mapping
from typing import Any

from app.programs.children import Limits, Outcome, run_module
from drift.lives.evaluated import Evaluated, failed, read_evaluated
from sync.aids.codenames import CodeNames, read_names

MODULE = "app.programs.evaluating"
SURVEY, DESCRIBING = "app.programs.surveying", "app.programs.describing"
# A writer waits for a dry run, so it is short of everything.
TRIAL_LIMITS = Limits(wall=20, cpu=20, memory=2 * 1024**3)
SURVEY_LIMITS = Limits(wall=180, cpu=120, memory=4 * 1024**3)
LIMITS = Limits(wall=600, cpu=600, memory=4 * 1024**3)
HINT = "The rest of the history goes on; the next commit, or `check again`, tries anew."


async def evaluate_in_child(request: Mapping[str, Any], limits: Limits = LIMITS, module: str = MODULE) -> Evaluated:
    """Evaluate what the request names. A child that dies, hangs or talks nonsense is a failed evaluation."""
    outcome = await run_module(module, stdin=json.dumps(request).encode(), limits=limits)
    return read_evaluated(outcome.output) if outcome.ok else failed(f"{why(outcome, limits)} {HINT}")


async def try_in_child(request: Mapping[str, Any]) -> Evaluated:
    """Evaluate what somebody is typing: as `evaluate_in_child`, in a writer's time."""
    outcome = await run_module(MODULE, stdin=json.dumps(request).encode(), limits=TRIAL_LIMITS)
    return read_evaluated(outcome.output) if outcome.ok else failed(why(outcome, TRIAL_LIMITS))


async def survey_in_child(request: Mapping[str, Any]) -> CodeNames | None:
    """List the names that the code of a commit has; None where the child came to no end."""
    outcome = await run_module(SURVEY, stdin=json.dumps(request).encode(), limits=SURVEY_LIMITS)
    return await asyncio.to_thread(read_names, outcome.output) if outcome.ok else None


async def describe_in_child(request: Mapping[str, Any], limits: Limits = LIMITS) -> Mapping[str, Any]:
    """Have the definitions read that the request names. However the child ends, a value comes of it."""
    outcome = await run_module(DESCRIBING, stdin=json.dumps(request).encode(), limits=limits)
    if not outcome.ok:
        return {"problem": why(outcome, limits)}
    try:
        told = json.loads(outcome.output)
    except ValueError:
        return {"problem": "It printed something else than was asked for."}
    return told if isinstance(told, dict) else {"problem": "It printed something else than was asked for."}


def why(outcome: Outcome, limits: Limits) -> str:
    """Say in a sentence how a child ended."""
    if outcome.timed_out:
        return f"The evaluation took longer than {limits.wall:.0f} seconds and was stopped."
    if outcome.code < 0:
        try:
            name = signal.Signals(-outcome.code).name
        except ValueError:
            name = str(-outcome.code)
        return f"The evaluation was killed ({name})."
    if b"MemoryError" in outcome.errors:
        return f"The evaluation needed more than {limits.memory // 1024**2} MB."
    return f"The evaluation failed ({last_word(outcome.errors)})."


def last_word(errors: bytes) -> str:
    """Give the kind of the error that ended a child, without its text, which may hold code."""
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line and not line.startswith(" ")]
    word = lines[-1].split(":", 1)[0].strip() if lines else ""
    return word if word.replace(".", "").isidentifier() else "unknown error"
