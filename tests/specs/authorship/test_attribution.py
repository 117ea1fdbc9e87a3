"""What always holds of authorship: it tiles any text, keeps what stands, and is the same however it was made."""

from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from specs.authorship.attribution import Attribution, Written, attribute
from specs.authorship.codec import pack_chunk, pack_runs, unpack_chunk, unpack_runs
from specs.authorship.memory import Memory
from specs.authorship.pieces import TOKEN, pieces, sentences

WORDS = [
    "refunds",
    "take",
    "five",
    "days",
    "nobody",
    "may",
    "retry",
    "the",
    "charge",
    "Never",
    "`a.b`",
    "10",
    "é",
    "払戻",
]
LINE = st.builds(
    lambda mark, words, end: mark + " ".join(words) + end,
    st.sampled_from(["", "- ", "1. ", "# ", "## ", "| ", "> ", "  ", "\t"]),
    st.lists(st.sampled_from(WORDS), max_size=8),
    st.sampled_from(["", ".", ". ", "! Yes.", " |"]),
)
LINES = st.lists(st.one_of(LINE, st.sampled_from(["", "```", "~~~~", "---", "```yaml invariant"])), max_size=12)
TEXT = st.builds(lambda lines, end: end.join(lines), LINES, st.sampled_from(["\n", "\r\n"]))
ODD = st.one_of(TEXT, st.text(max_size=60))


@dataclass(frozen=True)
class Step:
    """A revision of a random history: its text, whether a person wrote it, how far back its parents are."""

    text: str
    explicit: bool
    back: tuple[int, ...]


BACK = st.lists(st.integers(1, 4), min_size=1, max_size=2, unique=True).map(tuple)
HISTORY = st.lists(st.builds(Step, ODD, st.booleans(), BACK), min_size=1, max_size=7)


def play(history: list[Step], *, through_bytes: bool = False) -> list[Attribution]:
    made: list[Attribution] = []
    for number, step in enumerate(history):
        parents = [made[number - back] for back in step.back if back <= number]
        one = attribute(Written(f"r{number}", step.text, step.explicit), parents)
        if through_bytes:
            full = tuple(unpack_chunk(pack_chunk(chunk)) for chunk in one.memory.full)
            memory = Memory(full, unpack_chunk(pack_chunk(one.memory.open)))
            one = replace(one, runs=unpack_runs(pack_runs(one.runs)), memory=memory)
        made.append(one)
    return made


def by_token(attribution: Attribution) -> list[tuple[str, str]]:
    """Give each token with the revision that brought it."""
    names = [run.mark.origin for run in attribution.runs for _ in range(run.length)]
    return [(match[0], names[match.start()]) for match in TOKEN.finditer(attribution.text)]


@given(ODD)
def test_statements_and_sentences_hold_each_token_once(text: str) -> None:
    cut = [span for piece in pieces(text) for sentence in sentences(text, piece) for span in sentence.spans]
    assert cut == [match.span() for match in TOKEN.finditer(text)]


@given(HISTORY)
def test_runs_tile_the_text_and_name_only_what_came_before(history: list[Step]) -> None:
    for number, one in enumerate(play(history)):
        assert sum(run.length for run in one.runs) == len(one.text)
        assert all(run.length for run in one.runs)
        assert {run.mark.origin for run in one.runs} <= {f"r{before}" for before in range(number + 1)}
        assert all(a.mark != b.mark for a, b in zip(one.runs, one.runs[1:], strict=False))


@given(HISTORY)
def test_made_anew_or_from_what_was_kept_it_is_the_same(history: list[Step]) -> None:
    assert play(history) == play(history, through_bytes=True)


@given(history=HISTORY, explicit=st.booleans())
def test_text_that_stays_keeps_its_authors(history: list[Step], *, explicit: bool) -> None:
    last = play(history)[-1]
    for parents in ([last], [last, last]):
        again = attribute(Written("again", last.text, explicit), parents)
        assert by_token(again) == by_token(last)
        if by_token(last):
            assert again.runs == last.runs


@given(TEXT, TEXT)
def test_sentences_that_go_and_come_back_are_their_authors_again(text: str, between: str) -> None:
    first = attribute(Written("first", text))
    second = attribute(Written("second", between), [first])
    third = dict.fromkeys(span for piece in pieces(text) for span in _long(text, piece))
    ground = [run.mark.origin for run in attribute(Written("third", text), [second]).runs for _ in range(run.length)]
    assert not [start for start, _ in third if ground[start] == "third"]


def _long(text: str, piece) -> list[tuple[int, int]]:
    return [span for one in sentences(text, piece) if len(one.words) >= 3 for span in one.spans]


SAID = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map(lambda words: " ".join(words) + ".")


@given(st.lists(SAID, min_size=3, max_size=6, unique=True), SAID, SAID)
def test_edits_that_do_not_meet_may_come_in_any_order_or_at_once(texts: list[str], one: str, two: str) -> None:
    def write(first: str, last: str) -> str:
        return "\n\n".join([f"alpha beta gamma delta. {first}", *texts, f"{last} omega psi chi phi."])

    base = attribute(Written("base", write("", "")))
    a, b, both = Written("a", write(one, "")), Written("b", write("", two)), write(one, two)
    left = attribute(replace(b, text=both), [attribute(a, [base])])
    right = attribute(replace(a, text=both), [attribute(b, [base])])
    merged = attribute(Written("m", both), [attribute(a, [base]), attribute(b, [base])])
    assert by_token(left) == by_token(right) == by_token(merged)


@given(TEXT, TEXT)
def test_what_no_person_said_is_in_doubt_and_what_a_person_said_is_not(text: str, other: str) -> None:
    assert all(run.mark.doubt == "agent" for run in attribute(Written("agent", text, explicit=False)).runs)
    person = attribute(Written("person", text))
    assert not any(run.mark.doubt for run in person.runs)
    assert not any(run.mark.doubt for run in attribute(Written("edit", other), [person]).runs)
