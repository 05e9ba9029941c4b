"""What rivals are asked: prompts, lengths and times, all from a seed.

Pure. The same seed asks the same; each repeat has a seed of its own, because
what a server keeps of an earlier repeat's prompts must not be measured. Lengths
are in tokens: the words are a token each, and what rivals counted is held against
that. Knows no rival.
"""

from dataclasses import dataclass

import numpy as np

# A token each in the vocabularies of language models, with the space before them.
_WORDS = (
    "time year people way day man thing woman life child world school state family "
    "student group country problem hand part place case week company system program "
    "question work government number night point home water room mother area money "
    "story fact month lot right study book eye job word business issue side kind head "
    "house service friend father power hour game line end member law car city name"
).split()
_ASKED = (
    "Tell a short story in which these words occur: {}.",
    "Which of these words is the odd one out, and why? {}.",
    "Explain to a child what these have in common: {}.",
    "Write one sentence with as many of these as you can: {}.",
    "Sort these into groups and name each group: {}.",
    "What do you think of when you read this? {}.",
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a text to continue or a question to answer, and the most tokens to say."""

    text: str
    max_tokens: int
    is_chat: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """Requests of at most `streams` at once; `times`: when they arrive, else as soon as can be."""

    streams: int
    asks: tuple[Ask, ...]
    times: tuple[float, ...] = ()


def fixed(streams: int, requests: int, prompt: int, answer: int, seed: int) -> Workload:
    """Prompts and answers of one length."""
    rng = np.random.default_rng((seed, 1))
    return Workload(streams, tuple(Ask(passage(prompt, rng), answer) for _ in range(requests)))


def ragged(streams: int, requests: int, seed: int) -> Workload:
    """Questions of heavy-tailed length, with answers that end where the model ends them."""
    rng = np.random.default_rng((seed, 2))
    lengths = np.clip(rng.lognormal(np.log(60), 0.9, requests), 8, 280).astype(int)
    most = np.clip(rng.lognormal(np.log(70), 0.8, requests), 8, 160).astype(int)
    return Workload(
        streams,
        tuple(
            Ask(str(rng.choice(_ASKED)).format(passage(int(n), rng)), int(m), is_chat=True)
            for n, m in zip(lengths, most, strict=True)
        ),
    )


def arriving(
    streams: int, requests: int, rate: float, lengths: tuple[int, int], seed: int
) -> Workload:
    """The same questions and answers, asked at Poisson times, `rate` a second."""
    asked = fixed(streams, requests, *lengths, seed)
    rng = np.random.default_rng((seed, 3))
    times = np.cumsum(rng.exponential(1.0 / rate, requests))
    return Workload(streams, asked.asks, tuple(float(at) for at in times))


def passage(tokens: int, rng: np.random.Generator) -> str:
    """So many words, of a token each."""
    return " ".join(str(word) for word in rng.choice(_WORDS, tokens))
