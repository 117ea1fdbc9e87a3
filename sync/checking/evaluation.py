"""Holds a tree against specs: tree, documents and cached facts in, report and index out. With a server or without.

Knows no repository and no disk; where the tree comes from, and who asks, is the caller's business.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from drift.check import asked, check, needed_tier
from drift.index import CodeIndex
from drift.invariants import World
from drift.report import CheckReport, NotAnalysed
from drift.source import CodeTree
from specs.document import Document
from specs.values import dataclass, replace
from sync.cache.factcache import FactCache
from sync.cache.outcomes import Outcomes, outcomes_of
from sync.checking.options import Question
from sync.trees.answering import Answerer
from sync.trees.reading import Reading, by_path, not_read, read_index

if TYPE_CHECKING:
    from drift.asking import Answer, Ask
    from drift.mentions.removal import Past


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A check's report beside the index it was made from."""

    report: CheckReport
    index: CodeIndex


def evaluate(
    tree: CodeTree, documents: Mapping[str, Document], cache: FactCache, reading: Reading, question: Question
) -> Evaluation:
    """Hold a tree against parsed specs. Raises nothing for content: what was left out is in the report."""
    if not any(document.within for document in documents.values()):
        return _evaluate(tree, documents, cache, reading, question)
    from sync.checking.subtrees import with_packages  # noqa: PLC0415 (only where specs lie beside packages)

    def flat(
        part: CodeTree, own: Mapping[str, Document], how: Reading, asks: Question
    ) -> tuple[CheckReport, CodeIndex]:
        done = _evaluate(part, own, cache, how, asks)
        return done.report, done.index

    return Evaluation(*with_packages(tree, documents, reading, question, flat))


def _evaluate(
    tree: CodeTree, documents: Mapping[str, Document], cache: FactCache, reading: Reading, question: Question
) -> Evaluation:
    index = read_index(tree, cache, replace(reading, tier=needed_tier(documents, question.only)))
    report = evaluate_index(index, documents, question, Answerer(tree, cache), outcomes_of(tree, cache, index))
    extra = [NotAnalysed(path, reason) for path, reason in not_read(tree, reading).items()]
    listed = sorted({*report.not_analysed, *extra}, key=by_path)
    return Evaluation(replace(report, not_analysed=tuple(listed)), index)


def evaluate_index(
    index: CodeIndex,
    documents: Mapping[str, Document],
    question: Question,
    answerer: Answerer | None = None,
    known: Outcomes | None = None,
) -> CheckReport:
    """Hold an index that is there already against parsed specs. Without an answerer, what asks of sources is left.

    What was judged before is `known`.
    """
    past = _past(documents, question)
    answers: dict[Ask, Answer] = {}
    world = World(index, documents, past, answers if answerer else None, known)
    if answerer is not None:
        answers.update(answerer(asked(documents, world, question.only)))
        if question.counts is not None:
            from drift.debt.claims import believed  # noqa: PLC0415 (only where people are known)

            answers.update(believed(answers, question.counts))
    report = check(documents, world, question.only, today=question.today)
    if known is not None:
        known.save()
    return report


def _past(documents: Mapping[str, Document], question: Question) -> "Past | None":
    """Ask what the past knew of the names in prose; None where it is not to be asked."""
    if question.past_reader is None or not (question.only is None or "mentions" in question.only):
        return None
    from drift.mentions.mentioning import claims  # noqa: PLC0415 (only where names in prose are looked at)
    from drift.mentions.removal import Past  # noqa: PLC0415 (same)

    claimed = claims(documents)
    return question.past_reader(claimed) if claimed else Past({})
