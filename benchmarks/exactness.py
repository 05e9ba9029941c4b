"""Are an answer's tokens the same, whatever the engine does meanwhile?

Each prompt is answered alone, and then again in company of every size, with its
prompt cut into other chunks, with so little cache that sequences are stopped and
resumed, on a prefix that is kept, and continued behind a random part of its
answer, as another worker would. All is seeded. Prints how many of the answers are
the same, and how often one was stopped; ends with status 1 if an answer differs:

    python -m benchmarks.exactness [--prompts 200] [--precision int8|float32]
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

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
LONGEST = 2200  # characters of filling: about 600 tokens


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


async def answered(engine: BatchedEngine, job: Job) -> tuple[int, ...]:
    """The answer's tokens, with those that the job says are there already."""
    found = job.answered
    async with aclosing(engine.generate(job)) as events:
        async for event in events:
            if isinstance(event, Piece):
                found += event.token_ids
    return found


async def answers(
    engine: BatchedEngine, asked: Sequence[Job], at_once: int
) -> list[tuple[int, ...]]:
    """All answers, so many of them at once."""
    free = asyncio.Semaphore(at_once)

    async def one(job: Job) -> tuple[int, ...]:
        async with free:
            return await answered(engine, job)

    return list(await asyncio.gather(*map(one, asked)))


def prompt_tokens(tokenizer: Tokenizer, job: Job) -> int:
    """Tokens of a job's prompt."""
    if isinstance(job.input, Text):
        return len(tokenizer.encode(job.input.reveal))
    return len(tokenizer.encode_chat(job.input))


def cut(job: Job, answer: tuple[int, ...], numbers: random.Random) -> Job:
    """The job as it is resubmitted when its worker has died."""
    return replace(job, answered=answer[: numbers.randrange(len(answer) + 1)])


async def check(model: StepModel, tokenizer: Tokenizer, asked: Sequence[Job]) -> list[Ran]:
    """Run all cases. The model serves one engine after another."""
    slots, numbers, found, stops = model.limits.slots, random.Random(7), [], 0

    async def run(serving: Serving, at_once: int, wanted: Sequence[Job]) -> list[tuple[int, ...]]:
        nonlocal stops
        async with BatchedEngine(MODEL, model, tokenizer, serving) as engine:
            got = await answers(engine, wanted, at_once)
            stops += engine.load().preemptions_total
            return got

    async def scarcely(wanted: Sequence[Job]) -> list[tuple[int, ...]]:
        """All answers, of neighbours in size at once, with too little cache for them."""
        sizes = [prompt_tokens(tokenizer, job) for job in wanted]
        got: dict[int, tuple[int, ...]] = {}
        order = sorted(range(len(wanted)), key=sizes.__getitem__)
        for begin in range(0, len(order), slots):
            some = order[begin : begin + slots]
            # Each may end alone; all may join, though the first have grown, and not all end.
            ends = [sizes[at] + wanted[at].sampling.max_tokens for at in some]
            joining = sum(
                (sizes[at] + RESERVE + end) // 2 for at, end in zip(some, ends, strict=True)
            )
            scarce = replace(apart, kv_tokens=max(joining, *ends) + 1)
            got |= zip(some, await run(scarce, slots, [wanted[at] for at in some]), strict=True)
        return [got[at] for at in range(len(wanted))]

    apart = Serving(prefix_reuse=False)
    expected = await run(apart, 1, asked)

    def note(what: str, got: Sequence[tuple[int, ...]]) -> None:
        pairs = enumerate(zip(got, expected, strict=True))
        found.append(Ran(what, len(got), tuple(n for n, (a, b) in pairs if a != b)))

    sizes = [2**power for power in range(1, slots.bit_length()) if 2**power < slots]
    for size in (*sizes, slots):
        note(f"{size} at once", await run(apart, size, asked))
    for chunk in (7, 33):
        cutting = replace(apart, prefill_beside=chunk)
        note(f"chunks of {chunk}", await run(cutting, 3, asked))
    resumed = await scarcely(asked)
    note(f"stopped and resumed, {stops} times", resumed)
    note("on a prefix that is kept", (await run(Serving(), 2, [*asked, *asked]))[len(asked) :])
    cuts = [cut(job, answer, numbers) for job, answer in zip(asked, expected, strict=True)]
    note("continued behind a cut", await run(apart, slots, cuts))
    return found


def main() -> None:
    """Print the table; exit with 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--prompts", type=int, default=200)
    parser.add_argument("--tokens", type=int, default=40, help="tokens of an answer")
    parser.add_argument("--precision", choices=("int8", "float32"), default="int8")
    parser.add_argument("--slots", type=int, default=8)
    given = parser.parse_args()
    _, model, tokenizer = open_pretrained(
        MODEL, default_cache_dir(), precision=given.precision, slots=given.slots
    )
    ran = asyncio.run(check(model, tokenizer, list(jobs(given.prompts, 1, given.tokens))))
    print(f"{model.revision}\n{'':34s} {'answers':>7s} {'same':>7s}")
    for case in ran:
        print(case)
    sys.exit(any(case.differing for case in ran))


if __name__ == "__main__":
    main()
