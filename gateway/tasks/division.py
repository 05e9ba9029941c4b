"""Into how many parts a text is divided: for one worker, or for many.

Pure. Decides by what each number of parts is predicted to take on the workers
that have room: more parts are spread over more workers, but each has instructions
of its own to read, and where answers are put together, one more to read. Knows no
texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.tasks.budget import Sizes
from gateway.tasks.room import Room
from gateway.tasks.steps import TaskPlan

# Seconds for a step to be granted, sent and begun.
_OVERHEAD = 0.02
# How much longer a decode step takes for each further sequence in it.
_PER_ROW = 0.1
# More parts than there must be are made only if that takes at most this part of the time.
_WORTHWHILE = 0.85
# More parts than this for each free slot are not tried: the gain is in the slots.
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Wave:
    """So many steps that can run at the same time, and the tokens of each."""

    count: int
    prompt: int
    answer: int


@dataclass(frozen=True, slots=True)
class Division:
    """How many parts, why, and how many seconds they are predicted to take; 0: not predicted."""

    parts: int
    reason: str
    seconds: float = 0.0


def divide(
    least: int, most: int, why_least: str, waves: Callable[[int], Sequence[Wave]], room: Room
) -> Division:
    """Choose between `least` parts, which there must be, and `most`, below which none is worth it.

    1. There is nothing to choose.
    2. The fleet is busy: what more parts would gain, others would lose.
    3. More parts are predicted to be worth it.
    4. They are not.

    `waves` tells what a number of parts comes to; `why_least` why there must be the least.
    """
    told = f"{_parts(least)}: {why_least}"
    # 1
    if most <= least or not room.revision:
        return Division(least, told, seconds(waves(least), room) if room.free else 0.0)
    # 2
    if room.is_busy:
        what = f"{room.waiting} tickets wait" if room.waiting else "no slot is free"
        return Division(least, f"{told}; no more than that, the fleet is busy: {what}")
    # 3
    choices = range(least, max(least, min(most, _ROUNDS * room.slots)) + 1)
    predicted = {parts: seconds(waves(parts), room) for parts in choices}
    best = min(predicted, key=lambda parts: (predicted[parts], parts))
    if predicted[best] < _WORTHWHILE * predicted[least]:
        reason = (
            f"{_parts(best)} on {room.workers} workers with {room.slots} free slots: "
            f"{predicted[best]:.1f} s predicted, against {predicted[least]:.1f} s in {least}"
        )
        return Division(best, reason, predicted[best])
    # 4
    reason = f"{told}; more would not be faster on {room.workers} workers with room"
    return Division(least, reason, predicted[least])


def outline(task: str, division: Division, sizes: Sizes, room: Room) -> TaskPlan:
    """The plan of a division, its steps to be filled in; what is one step may run anywhere."""
    return TaskPlan(
        task=task,
        reason=division.reason,
        steps=(),
        text_tokens=sizes.tokens,
        is_counted=sizes.is_counted,
        revision=room.revision if division.parts > 1 else "",
        workers=room.workers,
        slots=room.slots,
        seconds=division.seconds,
    )


def seconds(waves: Sequence[Wave], room: Room) -> float:
    """What waves of steps are predicted to take, one after the other."""
    return sum(_seconds(wave, room) for wave in waves)


def _seconds(steps: Wave, room: Room) -> float:
    workers = max(1, room.workers)
    slots = max(1, room.slots // workers)
    busiest = -(-steps.count // workers)
    rows = min(busiest, slots)
    prefill = busiest * (_OVERHEAD + steps.prompt / room.prefill_rate)
    decode = -(-busiest // rows) * steps.answer * room.decode_seconds
    return prefill + decode * (1 + _PER_ROW * (rows - 1))


def _parts(count: int) -> str:
    return "1 part" if count == 1 else f"{count} parts"
