"""What a simulated worker holds of prompts, and what it then need not compute."""

from dataclasses import replace

from benchmarks.simulation.dialogues import Dialogues
from benchmarks.simulation.engine_model import EngineModel
from benchmarks.simulation.pace import Pace
from benchmarks.simulation.prefix_cache import Beginning, PrefixCache
from benchmarks.simulation.trace import Request

PACE = Pace(1.0, 0.0, 0.0, 0.01, 100, 4, 1_000, is_fused=True)
SYSTEM, FIRST, WHOLE = Beginning(1, 50), Beginning(2, 80), Beginning(3, 90)


def request(number, prompt, beginnings=(), whole=None):
    return Request(number, 0.0, prompt, prompt * 4, 1, 1, "t", tuple(beginnings), whole)


def test_a_prompt_is_held_as_far_as_its_beginnings_are():
    cache = PrefixCache()
    cache.keep([SYSTEM, FIRST])
    assert cache.find([SYSTEM, FIRST, WHOLE]) == 80
    assert cache.find([SYSTEM, Beginning(9, 70)]) == 50
    assert cache.find([Beginning(9, 70), FIRST]) == 0
    assert cache.tokens == 80


def test_what_is_shared_is_counted_once_and_goes_last():
    cache = PrefixCache()
    cache.keep([SYSTEM, FIRST])
    cache.keep([SYSTEM, Beginning(9, 70)])
    assert cache.tokens == 50 + 30 + 20
    assert cache.names() == (1, 9, 2)
    cache.trim(75)
    assert (cache.find([SYSTEM, FIRST]), cache.find([SYSTEM, Beginning(9, 70)])) == (50, 70)
    cache.trim(0)
    assert not cache


def first_token_after(engine, asked, at):
    engine.join(asked, asked.number, at)
    (sequence,) = engine.advance().first_tokens
    return engine.pace, sequence.found


def test_a_turn_computes_what_is_new_and_at_least_its_last_token():
    engine = EngineModel(PACE)
    assert first_token_after(engine, request(1, 80, [SYSTEM, FIRST], WHOLE), 0.0)[1] == 0
    assert first_token_after(engine, request(2, 95, [SYSTEM, FIRST, WHOLE]), 10.0)[1] == 90
    assert first_token_after(engine, request(3, 80, [SYSTEM, FIRST]), 20.0)[1] == 79
    assert (engine.backlog, engine.context, engine.kv_used) == (0, 0, 0)


def test_running_sequences_push_out_what_is_only_kept():
    engine = EngineModel(replace(PACE, kv_tokens=120))
    first_token_after(engine, request(1, 80, [SYSTEM, FIRST], WHOLE), 0.0)
    assert engine.cache.tokens == 90
    engine.join(replace(request(2, 70), answer_tokens=5), 2, 10.0)
    engine.advance()
    assert engine.kv_used == 71
    assert engine.cache.names() == ()  # the system prompt's 50 tokens do not fit beside 71


def test_dialogues_have_their_share_of_later_turns_each_beginning_with_the_last():
    turns = Dialogues(later=0.7).build(40.0, 200.0, seed=1)
    later = [turn for turn in turns if len(turn.beginnings) > 2]
    assert 0.66 < len(later) / len(turns) < 0.74
    wholes = {turn.whole for turn in turns}
    known = [turn.beginnings[-2] in wholes for turn in later if turn.arrives_at > 100]
    assert sum(known) / len(known) > 0.95
    assert all(turn.beginnings[-1].tokens == turn.prompt_tokens for turn in turns)
    assert [turn.number for turn in turns] == list(range(1, len(turns) + 1))
