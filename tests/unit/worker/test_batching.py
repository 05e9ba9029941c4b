"""The schedule by itself: no clock, no thread, no model."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worker.engines.batching import (
    OVERTAKES,
    PER_ROW,
    RESERVE,
    Chunk,
    Plan,
    Schedule,
    reserve,
)


def schedule_of(
    slots: int, *, room: int = 10_000, chunk: int = 4, beside: int | None = None
) -> Schedule:
    return Schedule(slots, room=room, chunk=chunk, beside=chunk if beside is None else beside)


def step(schedule: Schedule) -> Plan:
    plan = schedule.plan()
    if plan.prefill:
        schedule.ran(plan.prefill)
    return plan


def test_a_prompt_of_one_token_decodes_at_once() -> None:
    schedule = schedule_of(slots=2)
    slot = schedule.join(1, 9)
    assert step(schedule) == Plan(None, (slot,))


def test_the_last_prompt_token_goes_through_decode_in_the_step_of_the_last_chunk() -> None:
    schedule = schedule_of(slots=2)
    slot = schedule.join(10, 9)
    assert step(schedule) == Plan(Chunk(slot, 0, 4), ())
    assert step(schedule) == Plan(Chunk(slot, 4, 4), ())
    assert step(schedule) == Plan(Chunk(slot, 8, 1), (slot,))
    assert step(schedule) == Plan(None, (slot,))
    assert repr(schedule) == "<Schedule 0:9/10+0 9990 of 10000 spare>"


def test_running_sequences_decode_while_a_prompt_is_computed() -> None:
    schedule = schedule_of(slots=2)
    running = schedule.join(1, 9)
    arriving = schedule.join(9, 9)
    assert step(schedule) == Plan(Chunk(arriving, 0, 4), (running,))
    assert step(schedule) == Plan(Chunk(arriving, 4, 4), (running, arriving))


def test_beside_those_who_decode_less_of_a_prompt_is_computed() -> None:
    schedule = schedule_of(slots=3, chunk=8, beside=2)
    running = schedule.join(1, 9)
    long, short = schedule.join(17, 9), schedule.join(5, 9)
    assert step(schedule) == Plan(Chunk(short, 0, 2), (running,))  # four fit a whole chunk
    assert step(schedule) == Plan(Chunk(short, 2, 2), (running, short))
    schedule.leave(running)
    schedule.leave(short)
    assert step(schedule) == Plan(Chunk(long, 0, 8), ())  # nobody is left to hold up


def test_beside_many_who_decode_more_of_a_prompt_is_computed() -> None:
    schedule = schedule_of(slots=80, chunk=100, beside=32)
    computed = {}
    for decoding in range(1, 65):
        schedule.join(1, 9)
        slot = schedule.join(1000, 9)
        chunk = schedule.plan().prefill
        assert chunk is not None
        computed[decoding] = chunk.count
        schedule.leave(slot)
    assert [computed[n] for n in (1, 31, 32, 47, 48, 64)] == [32, 32, 64, 64, 96, 100]


def test_a_prompt_joins_where_it_leaves_a_reserve_for_each() -> None:
    schedule = schedule_of(slots=3, room=100)
    schedule.join(40, 50)
    assert schedule.has_room_for(60 - 2 * RESERVE, 50)
    assert not schedule.has_room_for(61 - 2 * RESERVE, 50)
    assert schedule.has_room_for(58 - RESERVE, 2)  # two more tokens are all that it will get
    assert not schedule.has_room_for(59 - RESERVE, 2)
    with pytest.raises(ValueError, match="cannot join"):
        schedule.join(59 - RESERVE, 2)


def test_whoever_is_alone_joins_if_it_fits_at_all() -> None:
    schedule = schedule_of(slots=2, room=100)
    assert schedule.has_room_for(99, 1)
    assert not schedule.has_room_for(100, 1)


def test_where_answers_outgrow_the_room_the_newest_must_leave() -> None:
    schedule = schedule_of(slots=3, room=100)
    oldest, newest = schedule.join(20, 90), schedule.join(40, 90)
    assert (schedule.spare, schedule.newest) == (40, newest)
    for _ in range(20):
        schedule.grew(oldest)
        schedule.grew(newest)
    assert schedule.spare == 0
    schedule.grew(oldest)
    assert schedule.spare == -1
    schedule.leave(schedule.newest)
    assert (schedule.spare, schedule.newest) == (59, oldest)
    assert not schedule.has_room_for(60, 70)


def test_short_prompts_overtake_a_long_one_a_bounded_number_of_times() -> None:
    schedule = schedule_of(slots=8)
    long = schedule.join(100, 9)
    for _ in range(OVERTAKES + 2):
        schedule.join(3, 9)
    order = [step(schedule).prefill for _ in range(OVERTAKES + 2)]
    assert [chunk and chunk.slot for chunk in order] == [*range(1, OVERTAKES + 1), long, 4]


def test_who_leaves_frees_the_slot_whatever_it_was_doing() -> None:
    schedule = schedule_of(slots=2)
    first, second = schedule.join(100, 9), schedule.join(100, 9)
    step(schedule)
    schedule.leave(first)
    assert step(schedule) == Plan(Chunk(second, 0, 4), ())
    assert schedule.join(1, 9) == first
    schedule.leave(first)
    schedule.leave(second)
    assert schedule.is_idle
    assert repr(schedule) == "<Schedule idle 10000 of 10000 spare>"


def test_nobody_joins_a_full_batch() -> None:
    schedule = schedule_of(slots=1)
    schedule.join(5, 9)
    with pytest.raises(ValueError, match=r"5\+9 tokens cannot join <Schedule 0:0/5"):
        schedule.join(5, 9)


class Batch:
    """Drives a schedule and checks each plan against what the rules promise."""

    def __init__(self, slots: int, room: int, chunk: int, beside: int) -> None:
        self.schedule = schedule_of(slots, room=room, chunk=chunk, beside=beside)
        self.slots, self.room, self.chunk, self.beside = slots, room, chunk, min(beside, chunk)
        self.prompts: dict[int, int] = {}
        self.to_come: dict[int, int] = {}
        self.computed: dict[int, int] = {}
        self.answers: dict[int, int] = {}
        self.waited: dict[int, int] = {}
        self.allowed: dict[int, int] = {}

    @property
    def taken(self) -> int:
        return sum(self.prompts.values()) + sum(self.answers.values())

    def join(self, prompt: int, to_come: int) -> None:
        reserves = sum(map(reserve, [to_come, *self.to_come.values()]))
        fits = len(self.prompts) < self.slots and self.taken + prompt + reserves <= self.room
        assert self.schedule.has_room_for(prompt, to_come) == fits
        if not fits:
            return
        slot = self.schedule.join(prompt, to_come)
        assert slot not in self.prompts
        self.prompts[slot], self.computed[slot], self.waited[slot] = prompt, 0, 0
        self.answers[slot], self.to_come[slot] = 0, to_come
        parts = sum(-(-self.rest(s) // self.beside) for s in self.prompts)
        self.allowed[slot] = parts * (1 + OVERTAKES)

    def rest(self, slot: int) -> int:
        return self.prompts[slot] - 1 - self.computed[slot]

    def leave(self, slot: int) -> None:
        self.schedule.leave(slot)
        for state in self.__dict__.values():
            if isinstance(state, dict):
                del state[slot]

    def step(self) -> None:
        while self.schedule.spare < 0:
            assert self.schedule.newest == list(self.prompts)[-1] != next(iter(self.prompts))
            self.leave(self.schedule.newest)
        assert self.schedule.spare == self.room - self.taken
        plan = self.schedule.plan()
        assert self.schedule.plan() == plan  # planning changes nothing
        if plan.prefill:
            slot = plan.prefill.slot
            assert plan.prefill.start == self.computed[slot]  # in order, each token once
            decoding = sum(self.rest(s) == 0 for s in self.prompts)
            times = max(1, PER_ROW * decoding // self.beside)
            most = min(times * self.beside, self.chunk) if decoding else self.chunk
            assert plan.prefill.count == min(most, self.rest(slot))
            self.computed[slot] += plan.prefill.count
            self.schedule.ran(plan.prefill)
        done = {slot for slot in self.prompts if self.rest(slot) == 0}
        assert set(plan.decode) == done
        assert len(plan.decode) == len(done) <= self.slots
        assert plan.prefill or done == set(self.prompts)  # no idle step while a prompt waits
        for slot in self.prompts.keys() - done:
            self.waited[slot] += 1
            assert self.waited[slot] <= self.allowed[slot]  # nobody starves
        for slot in plan.decode:
            self.decoded(slot)

    def decoded(self, slot: int) -> None:
        if self.to_come[slot] == 1:
            self.leave(slot)
            return
        self.schedule.grew(slot)
        self.answers[slot] += 1
        self.to_come[slot] -= 1


orders = st.tuples(
    st.sampled_from(["join", "join", "leave", "step"]), st.integers(1, 60), st.integers(1, 60)
)


@given(
    st.integers(1, 6),
    st.integers(120, 300),
    st.integers(1, 16),
    st.integers(1, 16),
    st.lists(orders, max_size=80),
)
def test_every_history_keeps_the_rules(
    slots: int, room: int, chunk: int, beside: int, history: list[tuple[str, int, int]]
) -> None:
    batch = Batch(slots, room, chunk, beside)
    for order, number, to_come in history:
        if order == "join":
            batch.join(number, to_come)
        elif order == "leave" and batch.prompts:
            batch.leave(sorted(batch.prompts)[number % len(batch.prompts)])
        batch.step()


@given(st.integers(1, 16), st.integers(20, 200))
def test_a_long_prompt_ends_under_an_endless_rain_of_short_ones(chunk: int, prompt: int) -> None:
    schedule = schedule_of(slots=4, chunk=chunk)
    long = schedule.join(prompt, 9)

    def rain() -> Iterator[Plan]:
        for _ in range(3):
            schedule.join(2, 9)
        while True:
            plan = step(schedule)
            yield plan
            for slot in set(plan.decode) - {long}:
                schedule.leave(slot)
                schedule.join(2, 9)

    chunks = -(-(prompt - 1) // chunk)
    steps = next(n for n, plan in enumerate(rain(), 1) if long in plan.decode)
    assert steps <= chunks * (1 + OVERTAKES)
