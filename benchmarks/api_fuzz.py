"""Requests made at random, right and wrong, to the whole API by every role: no 5xx, no answer but what is documented.

    python -m benchmarks.api_fuzz [--requests 10000] [--seed 1]

Runs the tests that the suite runs with fewer: four fifths by schemathesis of the OpenAPI document (status, content
type, headers and body of each answer), the rest by our own requester, with odd headers and broken bodies.
"""

import argparse
import os
import subprocess
import sys

TESTS = ("tests/app/api/test__openapi.py", "tests/app/api/test_fuzz.py")


def main() -> int:
    """Run both with so many requests in all; 0 where each answer was as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    ours = asked.requests // 5
    counts = {"SCHEMA_REQUESTS": asked.requests - ours, "FUZZ_REQUESTS": ours}
    seeds = {"SCHEMA_SEED": asked.seed, "FUZZ_SEED": asked.seed}
    environment = os.environ | {name: str(value) for name, value in (counts | seeds).items()}
    command = [sys.executable, "-m", "pytest", "--show-capture=no", "--durations=0", *TESTS]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
