"""The schedule by itself: no clock, no thread, no model."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.worker.engines.batching import OVERTAKES, Chunk, Plan, Schedule


def step(schedule: Schedule) -> Plan:
    plan = schedule.plan()
    if plan.prefill:
        schedule.ran(plan.prefill)
    return plan


def test_a_prompt_of_one_token_decodes_at_once() -> None:
    schedule = Schedule(slots=2, chunk=4)
    slot = schedule.join(1)
    assert step(schedule) == Plan(None, (slot,))


def test_the_last_prompt_token_goes_through_decode_in_the_step_of_the_last_chunk() -> None:
    schedule = Schedule(slots=2, chunk=4)
    slot = schedule.join(10)
    assert step(schedule) == Plan(Chunk(slot, 0, 4), ())
    assert step(schedule) == Plan(Chunk(slot, 4, 4), ())
    assert step(schedule) == Plan(Chunk(slot, 8, 1), (slot,))
    assert step(schedule) == Plan(None, (slot,))
    assert repr(schedule) == "<Schedule 0:9/10 +1 free>"


def test_running_sequences_decode_while_a_prompt_is_computed() -> None:
    schedule = Schedule(slots=2, chunk=4)
    running = schedule.join(1)
    arriving = schedule.join(9)
    assert step(schedule) == Plan(Chunk(arriving, 0, 4), (running,))
    assert step(schedule) == Plan(Chunk(arriving, 4, 4), (running, arriving))


def test_short_prompts_overtake_a_long_one_a_bounded_number_of_times() -> None:
    schedule = Schedule(slots=8, chunk=4)
    long = schedule.join(100)
    for _ in range(OVERTAKES + 2):
        schedule.join(3)
    order = [step(schedule).prefill for _ in range(OVERTAKES + 2)]
    assert [chunk and chunk.slot for chunk in order] == [*range(1, OVERTAKES + 1), long, 4]


def test_who_leaves_frees_the_slot_whatever_it_was_doing() -> None:
    schedule = Schedule(slots=2, chunk=4)
    first, second = schedule.join(100), schedule.join(100)
    step(schedule)
    schedule.leave(first)
    assert step(schedule) == Plan(Chunk(second, 0, 4), ())
    assert schedule.join(1) == first
    schedule.leave(first)
    schedule.leave(second)
    assert schedule.is_idle
    assert repr(schedule) == "<Schedule idle +2 free>"


def test_nobody_joins_a_full_batch() -> None:
    schedule = Schedule(slots=1, chunk=4)
    schedule.join(5)
    with pytest.raises(ValueError, match="cannot join <Schedule 0:0/5"):
        schedule.join(5)


class Batch:
    """Drives a schedule and checks each plan against what the rules promise."""

    def __init__(self, slots: int, chunk: int) -> None:
        self.schedule = Schedule(slots, chunk)
        self.slots, self.chunk = slots, chunk
        self.prompts: dict[int, int] = {}
        self.computed: dict[int, int] = {}
        self.waited: dict[int, int] = {}
        self.allowed: dict[int, int] = {}

    def join(self, prompt: int) -> None:
        slot = self.schedule.join(prompt)
        assert slot not in self.prompts
        self.prompts[slot], self.computed[slot], self.waited[slot] = prompt, 0, 0
        chunks = sum(-(-self.rest(s) // self.chunk) for s in self.prompts)
        self.allowed[slot] = chunks * (1 + OVERTAKES)

    def rest(self, slot: int) -> int:
        return self.prompts[slot] - 1 - self.computed[slot]

    def leave(self, slot: int) -> None:
        self.schedule.leave(slot)
        for state in (self.prompts, self.computed, self.waited, self.allowed):
            del state[slot]

    def step(self) -> None:
        plan = self.schedule.plan()
        assert self.schedule.plan() == plan  # planning changes nothing
        if plan.prefill:
            slot = plan.prefill.slot
            assert plan.prefill.start == self.computed[slot]  # in order, each token once
            assert 0 < plan.prefill.count <= min(self.chunk, self.rest(slot))
            self.computed[slot] += plan.prefill.count
            self.schedule.ran(plan.prefill)
        done = {slot for slot in self.prompts if self.rest(slot) == 0}
        assert set(plan.decode) == done
        assert len(plan.decode) == len(done) <= self.slots
        assert plan.prefill or done == set(self.prompts)  # no idle step while a prompt waits
        for slot in self.prompts.keys() - done:
            self.waited[slot] += 1
            assert self.waited[slot] <= self.allowed[slot]  # nobody starves


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, int, list[tuple[str, int]]]:
    orders = st.tuples(st.sampled_from(["join", "join", "leave", "step"]), st.integers(1, 60))
    return draw(st.integers(1, 6)), draw(st.integers(1, 16)), draw(st.lists(orders, max_size=80))


@given(histories())
def test_every_history_keeps_the_rules(history: tuple[int, int, list[tuple[str, int]]]) -> None:
    slots, chunk, orders = history
    batch = Batch(slots, chunk)
    for order, number in orders:
        if order == "join" and len(batch.prompts) < slots:
            batch.join(number)
        elif order == "leave" and batch.prompts:
            batch.leave(sorted(batch.prompts)[number % len(batch.prompts)])
        batch.step()


@given(st.integers(1, 16), st.integers(20, 200))
def test_a_long_prompt_ends_under_an_endless_rain_of_short_ones(chunk: int, prompt: int) -> None:
    schedule = Schedule(slots=4, chunk=chunk)
    long = schedule.join(prompt)

    def rain() -> Iterator[Plan]:
        for _ in range(3):
            schedule.join(2)
        while True:
            plan = step(schedule)
            yield plan
            for slot in set(plan.decode) - {long}:
                schedule.leave(slot)
                schedule.join(2)

    chunks = -(-(prompt - 1) // chunk)
    steps = next(n for n, plan in enumerate(rain(), 1) if long in plan.decode)
    assert steps <= chunks * (1 + OVERTAKES)
