"""A cache with less room than the answers need: all come to their end, exactly, in turn."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.worker.engines.engine import Serving, StepLimits
from services.worker.engines.scripted import VOCABULARY, expected_tokens
from tests.unit.worker.asked import Asked, Counting, Run, Uncopied

SYSTEM = "You are a concise assistant. "
LIMITS = StepLimits(slots=6, context=160, vocabulary=VOCABULARY, prefill_chunk=8)


def run(asked: list[Asked], kv_tokens: int, *, beside: int = 0, reuse: bool = True) -> Run:
    serving = Serving(reuse, kv_tokens=kv_tokens, prefill_beside=beside)
    return Run(asked, Counting(LIMITS), serving)


def assert_exact(of: Run, kv_tokens: int) -> None:
    assert isinstance(of.model, Counting)
    assert of.failed == []
    assert of.model.most_held <= kv_tokens
    for number, one in enumerate(of.asked):
        expected = expected_tokens(one.prompt, one.tokens)
        assert of.answers[number] == expected[: len(of.answers[number])]
        if one.leaves_after is None:
            assert len(of.answers[number]) == one.tokens


beginnings = st.sampled_from(["", "x" * 20, SYSTEM, SYSTEM + "x" * 20])
histories = st.lists(
    st.builds(
        Asked,
        prompt=st.tuples(beginnings, st.text("abx", min_size=1, max_size=30)).map("".join),
        tokens=st.integers(1, 60),
        step=st.integers(0, 60),
        leaves_after=st.none() | st.none() | st.integers(0, 40),
        scope=st.sampled_from(["", "a"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(deadline=None)
@given(histories, st.integers(140, 400), st.integers(0, 8), st.booleans())
def test_every_history_ends_exactly_and_within_the_room(
    asked: list[Asked], kv_tokens: int, beside: int, reuse: bool
) -> None:
    assert_exact(run(asked, kv_tokens, beside=beside, reuse=reuse), kv_tokens)


def test_the_newest_is_stopped_and_goes_on_where_it_was() -> None:
    # 40 tokens each fill the room; the second waits, and the third behind it.
    asked = [Asked("a" * 40, 60), Asked("b" * 40, 60), Asked("c" * 40, 30)]
    of = run(asked, 160)
    assert_exact(of, 160)
    assert of.preemptions == 1
    assert of.ended == [0, 1, 2]


def test_nobody_is_stopped_where_there_is_room_for_all() -> None:
    asked = [Asked(letter * 60, 100) for letter in "abcdef"]
    of = run(asked, 0)
    assert_exact(of, 6 * 160)
    assert of.preemptions == 0


def test_the_oldest_is_never_stopped() -> None:
    asked = [Asked(letter * 20, 100) for letter in "abcdef"]
    of = run(asked, 200)
    assert_exact(of, 200)
    assert of.preemptions > 3
    assert of.ended[0] == 0


def test_who_was_stopped_shares_what_is_still_held_of_it() -> None:
    asked = [Asked("a" * 40, 60), Asked("b" * 40, 60)]
    again, anew = run(asked, 160), run(asked, 160, reuse=False)
    assert again.preemptions == anew.preemptions == 1
    for of in (again, anew):
        assert_exact(of, 160)
    assert isinstance(again.model, Counting)
    assert isinstance(anew.model, Counting)
    assert again.model.prefilled < anew.model.prefilled


def test_what_is_kept_for_later_goes_before_anybody_is_stopped() -> None:
    asked = [Asked("a" * 90, 10), Asked("b" * 60, 80, step=50), Asked("a" * 90, 1, step=900)]
    of = run(asked, 160)
    assert_exact(of, 160)
    assert of.preemptions == 0
    assert 0 < of.cached[2] < 89  # the beginning is still there, cut by what the second needed


def test_a_waiting_sequence_may_leave() -> None:
    asked = [Asked("a" * 100, 20), Asked("b" * 60, 20, leaves_after=3)]
    of = run(asked, 160)
    assert_exact(of, 160)
    assert of.answers[1] == []
    assert of.ended == [1, 0]


def test_without_copies_too() -> None:
    of = Run([Asked(letter * 40, 60) for letter in "abc"], Uncopied(), Serving(kv_tokens=160))
    assert of.preemptions > 0
    assert [of.answers[n] for n in range(3)] == [expected_tokens(c * 40, 60) for c in "abc"]
