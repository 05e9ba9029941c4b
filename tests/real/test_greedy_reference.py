"""The tokenizer and the float32 decoder against llama.cpp, token for token."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.runtime.text import Text
from services.worker.engines.engine import Message, Row, StepModel, Tokenizer
from tests.real.conftest import Opened

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@dataclass
class Running:
    """One prompt in a slot."""

    slot: int
    case: dict[str, Any]
    written: int = 0
    output: list[int] = field(default_factory=list)

    def row(self) -> Row:
        tokens = self.case["prompt_ids"] + self.output
        return Row(self.slot, len(tokens) - 1, tokens[-1])


def prompt_ids(tokenizer: Tokenizer, case: dict[str, Any]) -> list[int]:
    if "text" in case:
        return tokenizer.encode(case["text"])
    return tokenizer.encode_chat(
        [Message(message["role"], Text(message["content"])) for message in case["messages"]]
    )


def answer_all(
    model: StepModel, cases: list[dict[str, Any]], ends: frozenset[int]
) -> dict[str, list[int]]:
    """Greedy answers in one running batch: a prompt joins as soon as a slot is free."""
    waiting, free = deque(cases), list(range(model.limits.slots))
    prefilling: deque[Running] = deque()
    decoding: list[Running] = []
    answers: dict[str, list[int]] = {}
    while waiting or prefilling or decoding:
        while waiting and free:
            prefilling.append(Running(free.pop(0), waiting.popleft()))
        if prefilling:  # one chunk between two decode steps
            first = prefilling[0]
            due = first.case["prompt_ids"][:-1]
            chunk = due[first.written : first.written + model.limits.prefill_chunk]
            model.prefill(first.slot, first.written, chunk)
            first.written += len(chunk)
            if first.written == len(due):
                decoding.append(prefilling.popleft())
        if not decoding:
            continue
        logits = model.decode([running.row() for running in decoding])
        for running, token in zip(list(decoding), logits.argmax(axis=1), strict=True):
            running.output.append(int(token))
            if int(token) in ends or len(running.output) == len(running.case["output_ids"]):
                answers[running.case["name"]] = running.output
                decoding.remove(running)
                model.release(running.slot)
                free.append(running.slot)
    return answers


def test_the_reference_covers_what_it_claims(expected: dict[str, Any]) -> None:
    lengths = [len(case["prompt_ids"]) for case in expected["greedy"]]
    assert len(lengths) >= 50
    assert max(lengths) > 1024, "one prompt is longer than two spans of the cache"
    assert sum(len(case["output_ids"]) for case in expected["greedy"]) > 1200


def test_prompt_ids_are_llama_cpps(opened: Opened, expected: dict[str, Any]) -> None:
    ours = {case["name"]: prompt_ids(opened.tokenizer, case) for case in expected["greedy"]}
    assert ours == {case["name"]: case["prompt_ids"] for case in expected["greedy"]}


def test_tricky_texts_are_cut_as_llama_cpp_cuts_them(
    opened: Opened, expected: dict[str, Any]
) -> None:
    ours = {case["text"]: opened.tokenizer.encode(case["text"]) for case in expected["tokenized"]}
    assert ours == {case["text"]: case["ids"] for case in expected["tokenized"]}


def test_token_bytes_spell_the_text(opened: Opened, expected: dict[str, Any]) -> None:
    known = [case["text"] for case in expected["tokenized"] if "\x04" not in case["text"]]
    for text in known:  # the vocabulary has no token for byte 4
        ids = opened.tokenizer.encode(text)
        assert b"".join(map(opened.tokenizer.token_bytes, ids)).decode() == text


def test_greedy_answers_are_llama_cpps(opened: Opened, expected: dict[str, Any]) -> None:
    answers = answer_all(opened.model, expected["greedy"], opened.tokenizer.end_tokens)
    assert answers == {case["name"]: case["output_ids"] for case in expected["greedy"]}
