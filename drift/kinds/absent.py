"""Something that was given up, or never shall be, is not there.

What it checks
    No `file` (a path or a glob), `module`, `symbol` (`payments.charge:Card` or `src/charge.ts#Card`) and `dependency`
    (a package from elsewhere, imported by the code or declared in a manifest) that the block names is there. Each
    takes one name or a list; a folder or module stands for all below it. What only others need (`// indirect` of Go) is
    no dependency.

Why
    What was removed with effort comes back by habit: an old client, a folder named `utils`, a package with a licence
    that does not fit.

Example
    ```yaml invariant
    id: no-second-http-client
    kind: absent
    dependency: [requests, urllib3]
    file: "**/utils.py"
    why: httpx is the one client, and nobody finds anything in utils.
    ```

Breaks when
    A module imports `requests`, or there is a `shop/utils.py`. Each match is one finding, a dependency in each
    file that imports or declares it.

How to fix
    Remove it. If one of the matches is right, an exception with its path, module or symbol as `what` says why.
"""

from drift.invariants import Invariant, Outcome, World
from drift.presence import PresenceRule, declared_in, found_of, read_wanted
from drift.selection.select import called
from drift.subjects import DEPENDENCY, Subjects


class Absent(PresenceRule):
    """See the module's docstring."""

    name = "absent"

    def evaluate(self, invariant: Invariant, world: World) -> Outcome:
        """Look for each name."""
        subjects = Subjects(invariant, world)
        declared = declared_in(world)
        for wanted in read_wanted(invariant.block)[0]:
            for one in found_of(subjects, wanted, declared):
                subjects.governed.add(one.path)
                at = f" in {called(one.path)}" if one.word == DEPENDENCY else ""
                message = f"The {one.word} {called(one.reference)} is there{at}, and should not be."
                subjects.report(one, message, "Remove it, and what uses it.", wanted.key)
        return subjects.outcome()
