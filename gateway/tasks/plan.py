"""Which steps a task takes.

Pure. A plan has one step: the task's input, worded, with the seed in force.
Knows no fleet, no worker and no wire.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from gateway.marks import Mark
from gateway.tasks.prompts import Input, input_of
from gateway.tasks.task import Sampling, Task
from services.runtime.text import Text


class Bits(Protocol):
    """A source of random numbers, `random.Random` for one."""

    def getrandbits(self, k: int, /) -> int:
        """Return a number of `k` random bits."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One generation. `sampling.seed` is set where chance has a part in it.

    `marks` name what the input begins with, once it is to run. `answered` are the
    tokens of the answer that a worker gave before it was lost. `revision`: the only
    one that it may run on; empty: any.
    """

    tenant: str
    input: Input
    sampling: Sampling
    marks: tuple[Mark, ...] = ()
    answered: tuple[int, ...] = ()
    revision: str = ""

    @property
    def prompt_bytes(self) -> int:
        """UTF-8 bytes of the input, as the balancer estimates tokens from them."""
        if isinstance(self.input, Text):
            return len(self.input.reveal.encode())
        return sum(len(message.content.reveal.encode()) for message in self.input)


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a task."""

    step: Step


def plan(task: Task, bits: Bits) -> Plan:
    """Plan a task; `bits` gives the seed that the caller did not."""
    sampling = task.sampling
    if sampling.seed is None and sampling.temperature > 0:
        sampling = replace(sampling, seed=bits.getrandbits(64))
    return Plan(Step(task.tenant, input_of(task.work), sampling))
