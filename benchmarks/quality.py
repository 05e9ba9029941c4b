"""How far the int8 model is from the float32 one: the same tokens through both.

    python benchmarks/quality.py [--answers N]

For each prompt of tests/real/expected_greedy.json both models are given the
prompt and llama.cpp's float32 answer token by token, and say at each place of
the answer, and at some places of the prompt, how likely each next token is.
Printed for both kinds of place: the Kullback-Leibler divergence of int8 from
float32 (mean, and the largest hundredth), how often the likeliest token is the
same, and the ratio of perplexities. Then some answers side by side.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.engine import Row, StepModel, Tokenizer
from services.worker.engines.models.finding import default_cache_dir
from services.worker.engines.pretrained import open_pretrained

Array = NDArray[np.float64]
CASES = Path(__file__).parent.parent / "tests" / "real" / "expected_greedy.json"
EVERY = 7  # of a prompt's places, one in so many


@dataclass(frozen=True, slots=True)
class Measured:
    """Places of one kind."""

    divergence: Array
    agrees: NDArray[np.bool_]
    surprise: tuple[float, float]  # mean negative log likelihood: float32, int8

    def __str__(self) -> str:
        """A line of the table."""
        ratio = np.exp(self.surprise[1] - self.surprise[0])
        return (
            f"{len(self.divergence):6d} {self.divergence.mean():9.4f}"
            f" {np.quantile(self.divergence, 0.99):9.4f} {self.agrees.mean():9.3f} {ratio:9.4f}"
        )


def prefill(model: StepModel, tokens: Sequence[int], start: int, end: int) -> None:
    """Compute the cache of some of the tokens."""
    for first in range(start, end, model.limits.prefill_chunk):
        model.prefill(0, first, tokens[first : min(first + model.limits.prefill_chunk, end)])


def log_likelihoods(
    model: StepModel, tokens: Sequence[int], places: Sequence[int]
) -> Iterator[Array]:
    """What the model says, at each of these places, of the token that follows."""
    start = 0
    for place in places:
        prefill(model, tokens, start, place)
        logits = model.decode([Row(0, place, tokens[place])])[0].astype(np.float64)
        start = place + 1
        logits -= logits.max()
        yield logits - np.log(np.exp(logits).sum())


def compare(
    reference: StepModel, other: StepModel, cases: Sequence[tuple[list[int], list[int]]]
) -> Measured:
    """Both models at the same places of the same token sequences."""
    divergence, agrees, surprise = [], [], []
    for tokens, places in cases:
        pairs = zip(
            places,
            log_likelihoods(reference, tokens, places),
            log_likelihoods(other, tokens, places),
            strict=True,
        )
        for place, expected, found in pairs:
            divergence.append(float(np.exp(expected) @ (expected - found)))
            agrees.append(expected.argmax() == found.argmax())
            if place + 1 < len(tokens):
                following = tokens[place + 1]
                surprise.append((-expected[following], -found[following]))
    mean = np.mean(surprise, axis=0)
    return Measured(np.array(divergence), np.array(agrees), (float(mean[0]), float(mean[1])))


def answers_places(case: dict[str, Any]) -> tuple[list[int], list[int]]:
    """A case's tokens, and the places from which its answer's tokens follow."""
    prompt, answer = case["prompt_ids"], case["output_ids"]
    return prompt + answer, list(range(len(prompt) - 1, len(prompt) + len(answer) - 1))


def prompt_places(case: dict[str, Any]) -> tuple[list[int], list[int]]:
    """A case's prompt, and some of its places."""
    prompt = case["prompt_ids"]
    return prompt, list(range(1, len(prompt) - 1, EVERY))


def greedy(model: StepModel, prompt: list[int], ends: frozenset[int], count: int) -> list[int]:
    """The likeliest answer."""
    tokens = list(prompt)
    prefill(model, tokens, 0, len(tokens) - 1)
    while len(tokens) < len(prompt) + count:
        (logits,) = model.decode([Row(0, len(tokens) - 1, tokens[-1])])
        if (token := int(logits.argmax())) in ends:
            break
        tokens.append(token)
    return tokens[len(prompt) :]


def text(tokenizer: Tokenizer, tokens: Sequence[int]) -> str:
    """Readable."""
    return b"".join(map(tokenizer.token_bytes, tokens)).decode(errors="replace")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="int8 against float32.")
    parser.add_argument("--model", default="smollm2-135m-instruct")
    parser.add_argument("--answers", type=int, default=3, help="answers shown side by side")
    arguments = parser.parse_args()
    cases = json.loads(CASES.read_text(encoding="utf-8"))["greedy"]
    reference, other = (
        open_pretrained(arguments.model, default_cache_dir(), precision=precision)
        for precision in ("float32", "int8")
    )
    print(f"{arguments.model}: {other[1].revision} against {reference[1].revision}")
    print(f"{'':8s} {'places':>6s} {'KL mean':>9s} {'KL p99':>9s} {'top-1':>9s} {'ppl ratio':>9s}")
    for kind, places in (("answers", answers_places), ("prompts", prompt_places)):
        print(f"{kind:8s} {compare(reference[1], other[1], [places(case) for case in cases])}")
    for case in cases[: arguments.answers]:
        print(f"\n{case['messages'][-1]['content']!r}")
        for (_, model, tokenizer), name in ((reference, "float32"), (other, "int8")):
            said = greedy(model, case["prompt_ids"], tokenizer.end_tokens, 32)
            print(f"  {name:8s} {text(tokenizer, said)!r}")


if __name__ == "__main__":
    main()
