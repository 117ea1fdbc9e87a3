"""Whether a prompt has a subject: what it says besides the words of any session, such as `commit it` or `try again`.

What nobody asked for must be worth its room: a prompt that only steers a session is about nothing that specs speak of.
Pure.
"""

from collections.abc import Callable
from functools import lru_cache

from sync.contexts.context import Passage, PassageKind, is_tied
from sync.contexts.ranking import MEANT
from sync.contexts.terms import words

CHORES = """
a about again all already alright also always amend and another any anything are ask back bad be because before bug but
bye can change changes check clean cleanup code codebase color come commit committed commits complete continue cool
correct could diff directory do does doing don done else error errors every everything exactly explain fail failed
failing fails failure file files fine finish finished first fix fixed fixes fixing folder found function functions get
give go going good great hello help here hey hi how i idea if instead is issue issues it its just keep kind know last
later let lets lgtm line lines lint linter little look looking looks lot make makes many maybe me method mind mistake
more most move my need needs never new next nice no nope not nothing now of off ok okay on one ones only oops or other
our out over perfect please possible problem proceed program push pushed put question quick quickly really redo
refactor reformat rename repeat repo repository rerun rest retry revert review right run running same say see seem seems
set should show simplify simpler so some something soon sorry stage start stash step steps still stop stuff such sum
summarise summarize summary sure take task tasks tell test tested testing tests thank thanks that the them then there
these they thing things think this those thx to today together too try trying two typo undo up us use using variable
very wait want was way we well what whatever when where whether which who why will with without won work working works
would write wrong yeah yep yes yet you your
bitte danke ja nein weiter mach nochmal fertig gut genau
merci oui non encore continue
gracias si sigue por favor
"""


@lru_cache(maxsize=1)
def _chores() -> frozenset[str]:
    return frozenset(words(CHORES))


def subjects(prompt: str) -> frozenset[str]:
    """Give the search words that say what a prompt is about; none for one that only steers the session."""
    return frozenset(words(prompt)) - _chores()


def about(prompt: str) -> Callable[[Passage], bool]:
    """Give what says of a passage whether it has to do with what a prompt is about, not only with its other words."""
    wanted = subjects(prompt)

    def bears(one: Passage) -> bool:
        if one.kind is not PassageKind.SECTION or is_tied(one) or MEANT in one.why:
            return True
        return not wanted.isdisjoint(words(f"{one.spec} {one.heading}\n{one.text}"))

    return bears


def bears_on_files(one: Passage) -> bool:
    """Say whether a passage has more to do with files than that it shares words with their names."""
    return one.kind is not PassageKind.SECTION or is_tied(one)
