"""Are an answer's tokens the same, whatever the engine does meanwhile?

Each prompt is answered alone, and then again in company of every size, with its
prompt cut into other chunks, with so little cache that sequences are stopped and
resumed, on a prefix that is kept, and continued behind a random part of its
answer, as another worker would. All is seeded. Prints how many of the answers are
the same, and how often one was stopped; ends with status 1 if an answer differs:

    python -m benchmarks.exactness [--prompts 200] [--precision int8|float32] [--only stopped]
"""

import argparse
import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial

from services.runtime.text import Text
from services.worker.engines.batched import BatchedEngine
from services.worker.engines.batching import RESERVE
from services.worker.engines.engine import (
    Job,
    Piece,
    Sampling,
    Serving,
    StepModel,
    Tokenizer,
)
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

MODEL = "smollm2-135m-instruct"
SUBJECTS = (
    "the lighthouse on the northern cape", "a train that never arrives", "la rivière en hiver",
    "die Brücke über den Fluss", "el mercado de la ciudad", "今日の天気", "Зимний вечер",
    "def area(shapes):", "SELECT name, SUM(amount) FROM payments", "1, 1, 2, 3, 5, 8, 13",
    "🙂 🇫🇷 and other signs", "a letter to the landlord", "{\"a\": [1, 2.5e-3, null]}",
)  # fmt: skip
FRAMES = (
    "{0}",
    "Tell me about {0}.",
    "user\n{0}?\nassistant\n",
    "Translate: {0}",
    "1. {0}\n2. {1}\n3.",
    "Q: What is {0}?\nA: It is {1}.\nQ: And {1}?\nA:",
)
STOPPED = "stopped and resumed"
LONGEST = 2200  # characters of filling: about 600 tokens

Answer = tuple[int, ...]
Case = Callable[[], Awaitable[list[Answer]]]


@dataclass(frozen=True, slots=True)
class Ran:
    """One case: what was done, how many answers there are, and which differ."""

    what: str
    answers: int
    differing: tuple[int, ...]

    def __str__(self) -> str:
        """A line of the table."""
        return f"{self.what:34s} {self.answers:7d} {self.answers - len(self.differing):7d}"


def jobs(count: int, seed: int, tokens: int) -> Iterator[Job]:
    """Each prompt, of 5 to 600 tokens, greedy and sampled; some samplings have penalties."""
    numbers = random.Random(seed)
    for number in range(count):
        first, second = numbers.sample(SUBJECTS, 2)
        filling = int(LONGEST * numbers.random() ** 4)
        some = " ".join(numbers.choice(SUBJECTS) for _ in range(filling // 20))
        prompt = f"{some} {number}: " + numbers.choice(FRAMES).format(first, second)
        greedy = Sampling(max_tokens=tokens)
        seeded = replace(greedy, temperature=0.8, top_p=0.95, seed=number)
        if number % 3 == 2:
            seeded = replace(seeded, repetition_penalty=1.1, presence_penalty=0.4)
        for kind, sampling in (("greedy", greedy), ("seeded", seeded)):
            yield Job(f"r-{number}-{kind}", Text(prompt), sampling)


async def answered(engine: BatchedEngine, job: Job) -> Answer:
    """The answer's tokens, with those that the job says are there already."""
    found = job.answered
    async with aclosing(engine.generate(job)) as events:
        async for event in events:
            if isinstance(event, Piece):
                found += event.token_ids
    return found


async def answers(engine: BatchedEngine, asked: Sequence[Job], at_once: int) -> list[Answer]:
    """All answers, so many of them at once."""
    free = asyncio.Semaphore(at_once)

    async def one(job: Job) -> Answer:
        async with free:
            return await answered(engine, job)

    return list(await asyncio.gather(*map(one, asked)))


def prompt_tokens(tokenizer: Tokenizer, job: Job) -> int:
    """Tokens of a job's prompt."""
    if isinstance(job.input, Text):
        return len(tokenizer.encode(job.input.reveal))
    return len(tokenizer.encode_chat(job.input))


def cut(job: Job, answer: Answer, numbers: random.Random) -> Job:
    """The job as it is resubmitted when its worker has died."""
    return replace(job, answered=answer[: numbers.randrange(len(answer) + 1)])


class Check:
    """All cases of one model, which serves one engine after another."""

    def __init__(self, model: StepModel, tokenizer: Tokenizer, asked: Sequence[Job]) -> None:
        """`asked`: the jobs, each of which is answered in every case."""
        self._model, self._tokenizer, self._asked = model, tokenizer, asked
        self._slots = model.limits.slots
        self._apart = Serving(prefix_reuse=False)
        self._alone: list[Answer] = []
        self._stops = 0

    async def run(self, only: Sequence[str] = ("",)) -> AsyncIterator[Ran]:
        """Each case as it ends, of those in whose name one of these words is."""
        self._alone = await self._answers(self._apart, 1, self._asked)
        for what, case in self._cases().items():
            if any(word in what for word in only):
                got = await case()
                pairs = enumerate(zip(got, self._alone, strict=True))
                told = f"{what}, {self._stops} times" if what == STOPPED else what
                yield Ran(told, len(got), tuple(n for n, (a, b) in pairs if a != b))

    def _cases(self) -> dict[str, Case]:
        apart, asked, slots = self._apart, self._asked, self._slots
        sizes = [2**power for power in range(1, slots.bit_length()) if 2**power < slots]
        return (
            {f"{n} at once": partial(self._answers, apart, n, asked) for n in (*sizes, slots)}
            | {
                f"chunks of {n}": partial(self._answers, replace(apart, prefill_beside=n), 3, asked)
                for n in (7, 33)
            }
            | {
                STOPPED: self._scarcely,
                "on a prefix that is kept": self._kept,
                "continued behind a cut": self._continued,
            }
        )

    async def _answers(self, serving: Serving, at_once: int, jobs: Sequence[Job]) -> list[Answer]:
        async with BatchedEngine(MODEL, self._model, self._tokenizer, serving) as engine:
            got = await answers(engine, jobs, at_once)
            self._stops += engine.load().preemptions_total
            return got

    async def _scarcely(self) -> list[Answer]:
        """All answers, of neighbours in size at once, with too little cache for them."""
        asked, slots = self._asked, self._slots
        sizes = [prompt_tokens(self._tokenizer, job) for job in asked]
        got: dict[int, Answer] = {}
        order = sorted(range(len(asked)), key=sizes.__getitem__)
        for begin in range(0, len(order), slots):
            some = order[begin : begin + slots]
            # Each may end alone; all may join, though the first have grown, and not all end.
            ends = [sizes[at] + asked[at].sampling.max_tokens for at in some]
            joining = sum(
                (sizes[at] + RESERVE + end) // 2 for at, end in zip(some, ends, strict=True)
            )
            scarce = replace(self._apart, kv_tokens=max(joining, *ends) + 1)
            given = await self._answers(scarce, slots, [asked[at] for at in some])
            got |= zip(some, given, strict=True)
        return [got[at] for at in range(len(asked))]

    async def _kept(self) -> list[Answer]:
        twice = [*self._asked, *self._asked]
        return (await self._answers(Serving(), 2, twice))[len(self._asked) :]

    async def _continued(self) -> list[Answer]:
        numbers = random.Random(7)
        pairs = zip(self._asked, self._alone, strict=True)
        cuts = [cut(job, answer, numbers) for job, answer in pairs]
        return await self._answers(self._apart, self._slots, cuts)


def main() -> None:
    """Print the table; exit with 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=40, help="tokens of an answer")
    parser.add_argument("--precision", choices=("int8", "float32"), default="int8")
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--only", default="", help="cases with one of these words, stopped,kept")
    given = parser.parse_args()
    _, model, tokenizer = open_pretrained(
        MODEL, default_cache_dir(), precision=given.precision, slots=given.slots
    )
    check = Check(model, tokenizer, list(jobs(given.prompts, 1, given.tokens)))

    async def told() -> bool:
        print(f"{model.revision}\n{'':34s} {'answers':>7s} {'same':>7s}")
        differing = False
        async for case in check.run(given.only.split(",")):
            print(case, flush=True)
            differing |= bool(case.differing)
        return differing

    sys.exit(asyncio.run(told()))


if __name__ == "__main__":
    main()
