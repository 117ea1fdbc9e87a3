"""Who wrote most of a part of a text."""

from uuid import UUID

from specs.authorship.runs import Mark, Run
from specs.authorship.writers import Writers
from specs.revision import Actor, ActorKind

ADA, BOT = Actor(UUID(int=1), "Ada", ActorKind.HUMAN), Actor(UUID(int=2), "bot", ActorKind.AGENT)
TEXT = "one two three four, five six\n"


def writers():
    runs = (Run(8, Mark("r1")), Run(10, Mark("r2")), Run(2, Mark("gone")), Run(len(TEXT) - 20, Mark("r3")))
    return Writers(TEXT, runs, {"r1": ADA, "r2": BOT, "r3": ADA})


def test_words_of_several_revisions_of_one_actor_count_together():
    assert writers().foremost([(0, len(TEXT))]) == ADA
    assert writers().foremost([(0, 18)]) == ADA
    assert writers().foremost([(4, 18)]) == BOT


def test_parts_count_together_and_what_nobody_wrote_not_at_all():
    assert writers().foremost([(8, 13), (14, 18), (20, 24)]) == BOT
    assert writers().foremost([(18, 20)]) is None
    assert writers().foremost([]) is None
