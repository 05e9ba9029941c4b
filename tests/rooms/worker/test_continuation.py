"""Execute with an answer's beginning: the rest of it, from any worker of the same revision."""

from typing import Any

import grpc
import pytest

from services.runtime.status import read_fault
from services.worker.engines.scripted import VOCABULARY, expected_answer, expected_tokens
from services.worker.engines.tokens.detokenize import longest_start

PROMPT = "Who goes on?"
WHOLE = expected_answer(PROMPT, 12)
TOKENS = expected_tokens(PROMPT, 12)


async def rest(call: Any) -> tuple[int | None, str, list[int], Any]:
    """Where the stream goes on, its text and tokens, and its last message."""
    events = [event async for event in call]
    assert events[0].started.prompt_tokens == len(PROMPT)
    deltas = [event.delta for event in events if event.HasField("delta")]
    tokens = [token for delta in deltas for token in delta.token_ids]
    text = "".join(delta.text for delta in deltas)
    return (deltas[0].position if deltas else None), text, tokens, events[-1].finished


@pytest.mark.parametrize("cut", range(13))
async def test_the_rest_of_an_answer_comes(worker: Any, cut: int) -> None:
    call = worker.execute(PROMPT, 12, answered_token_ids=TOKENS[:cut])
    position, text, tokens, finished = await rest(call)
    assert position == (cut if cut < 12 else None)
    assert (text, tokens) == (WHOLE[5 * cut :], TOKENS[cut:])
    assert finished.usage.completion_tokens == 12
    assert finished.reason == 2  # FINISH_REASON_LENGTH
    load = await worker.reported(lambda report: report.slots_used == 0)
    assert load.generated_tokens_total == 12 - cut


@pytest.mark.parametrize("cut", range(8))
async def test_a_stop_string_is_found_over_the_cut(worker: Any, cut: int) -> None:
    stop = WHOLE[33:38]  # begins within the seventh token and ends within the eighth
    call = worker.execute(PROMPT, 12, sampling={"stop": [stop]}, answered_token_ids=TOKENS[:cut])
    _, text, tokens, finished = await rest(call)
    before = WHOLE[: 5 * cut]
    shown = len(before) - longest_start(before, [stop])  # held back: what may become the stop
    assert (text, tokens) == (WHOLE[shown:33], TOKENS[cut:8])
    assert finished.reason == 1  # FINISH_REASON_STOP


async def test_what_the_model_cannot_have_said_is_refused(start: Any) -> None:
    async with start(context=32) as worker:
        error = await worker.refusal(prompt="Hi", answered_token_ids=[VOCABULARY])
        fault = read_fault(error)
        assert (error.code(), fault.reason) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
        )
        assert [violation.field for violation in fault.violations] == ["answered_token_ids"]
        fault = read_fault(await worker.refusal(prompt="Hi", answered_token_ids=[300] * 31))
        assert fault.reason == "PROMPT_TOO_LONG"
        load = await worker.reported(lambda report: report.slots_used == 0)
        assert load.step_count == 0
