"""Completeness and removal on the real model, prompt by prompt.

Opens the model in float32 as the explaining process does, lets it answer greedily,
explains that answer by both methods, and takes tokens away. Each prompt's record is
a line of JSON, written when it is known: a run that is stopped goes on where it was.
"""

import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.explanations.prompts import PROMPTS
from benchmarks.explanations.removal import removed
from services.worker.engines.engine import Tokenizer
from services.worker.engines.explain.graph import ExplainGraph
from services.worker.engines.explain.model import LanguageOutcomes
from services.worker.engines.explain.process import POSITIONS
from services.worker.engines.models.finding import default_cache_dir, find_model
from services.worker.engines.models.source import open_source
from services.worker.engines.tensorflow_quiet import set_threads
from services.worker.explaining.attributing import attributed
from services.worker.explaining.values import Attributed, Method, Options, Subject, Summed

MODEL = "smollm2-135m-instruct"
TOKENS = 64
Tokens = tuple[int, ...]


class Model:
    """The real model, differentiable."""

    def __init__(self, graph: ExplainGraph, tokenizer: Tokenizer) -> None:
        self._graph = graph
        self._tokenizer = tokenizer

    def encode(self, text: str) -> Tokens:
        """A text's tokens."""
        return tuple(self._tokenizer.encode(text))

    def outcomes(self, prompt: Tokens, answer: Tokens) -> LanguageOutcomes:
        """What is explained: this answer to this prompt."""
        subject = Subject(prompt, answer)
        return LanguageOutcomes(self._graph, subject, self._is_control)

    def greedy(self, prompt: Tokens, count: int) -> Tokens:
        """The model's own answer, of so many tokens."""
        answer: Tokens = ()
        while len(answer) < count:
            (found,) = self.outcomes((*prompt, *answer), (0,)).alternatives(1)
            answer = (*answer, found[0].token_id)
        return answer

    def logprob(self, prompt: Sequence[int], answer: Tokens) -> float:
        """The natural log probability of an answer."""
        inputs = self._graph.embedded([*prompt, *answer[:-1]])[None]
        return float(self._graph.logprobs(inputs, len(prompt), answer).sum())

    def _is_control(self, token: int) -> bool:
        return not self._tokenizer.token_bytes(token)


def opened() -> Model:
    """The real model, from the cache folder, on one thread."""
    set_threads(1)
    found = find_model(MODEL, default_cache_dir())
    with open_source(found.path) as source:
        weights = source.weights(lambda fraction: None)
        graph = ExplainGraph(source.config, weights, positions=TOKENS)
        return Model(graph, source.tokenizer)


def records(path: Path, prompts: int, answer_tokens: int) -> Iterator[dict[str, Any]]:
    """The record of each prompt, those kept in `path` first."""
    kept = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    yield from kept[:prompts]
    if len(kept) >= prompts:
        return
    model = opened()
    with path.open("a", encoding="utf-8") as file:
        for number in range(len(kept), prompts):
            record = {"number": number, **measured(model, PROMPTS[number], answer_tokens, number)}
            file.write(json.dumps(record) + "\n")
            file.flush()
            yield record


def measured(model: Model, text: str, answer_tokens: int, seed: int) -> dict[str, Any]:
    """One prompt's record."""
    prompt = model.encode(text)
    answer = model.greedy(prompt, answer_tokens)
    outcomes = model.outcomes(prompt, answer)
    record: dict[str, Any] = {"prompt_tokens": len(prompt), "answer_tokens": len(answer)}
    for method in Method:
        began = time.perf_counter()
        scores, summed = explained(outcomes, Options(method=method))
        seconds = time.perf_counter() - began
        told = removed(
            prompt, scores, lambda tokens: model.logprob(tokens, answer), random.Random(seed)
        )
        record[method.value] = {
            "seconds": seconds,
            "points": summed.steps,
            "gap": summed.worst_gap,
            "removed_tokens": told.tokens,
            "by_attribution": told.by_attribution,
            "by_chance": told.by_chance,
        }
    return record


def explained(outcomes: LanguageOutcomes, options: Options) -> tuple[list[float], Summed]:
    """Each prompt token's score for the whole answer, and what was computed for it."""
    rows = max(1, POSITIONS // len(outcomes.text))
    scores = np.zeros(outcomes.seen(0))
    summed = Summed(0, float("nan"))
    for word in attributed(outcomes, options, rows):
        if isinstance(word, Attributed):
            scores += np.array(word.scores[: len(scores)])
        elif isinstance(word, Summed):
            summed = word
    return scores.tolist(), summed
