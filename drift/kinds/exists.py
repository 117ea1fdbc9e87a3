"""Something that others rely on is there.

What it checks
    Each `file` (a path or a glob), `module`, `symbol` (`payments.charge:Card` or `src/charge.ts#Card`) and
    `dependency` (a package from elsewhere, imported by the code or declared in a manifest) that the block names is
    there. Each takes one name or a list. A glob is content with one match.

Why
    Some names are promises to those whom no compiler knows: an entry point, a migration, a file that a tool expects, a
    class that is looked up by name.

Example
    ```yaml invariant
    id: entry-points
    kind: exists
    file: [Dockerfile, migrations/*.sql]
    symbol: payments.jobs:run
    why: Operations start it by this name.
    ```

Breaks when
    `payments.jobs` has no `run` any more. Each name without a match is one finding, which says what may have been
    meant, or where the name stands now.

How to fix
    Bring it back, or tell those who rely on it and change the spec in the same step.
"""

from drift.invariants import Invariant, Outcome, World
from drift.presence import PresenceRule, declared_in, found_of, hint_for, read_wanted
from drift.selection.select import called
from drift.subjects import Subject, Subjects


class Exists(PresenceRule):
    """See the module's docstring."""

    name = "exists"

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for each name."""
        subjects = Subjects(invariant, world)
        declared = declared_in(world)
        for wanted in read_wanted(invariant.block)[0]:
            found = found_of(subjects, wanted, declared)
            subjects.governed |= {one.path for one in found}
            if not found:
                missing = Subject(wanted.key, wanted.text, wanted.text, "", 1)
                message = f"The {wanted.key} {called(wanted.text)} is not there."
                hint = hint_for(subjects, wanted)
                fix = f"{hint} " * bool(hint) + "Bring it back, or change the spec if it is gone for good."
                line = subjects.line_of(wanted.key, wanted.text)
                subjects.report(missing, message, fix, wanted.key, line=line)
        return subjects.outcome()
