"""The same seed asks the same; another one asks nothing that was asked before."""

import pytest

from benchmarks.engines.workload import arriving, fixed, ragged


def test_fixed_prompts_have_one_length_and_begin_differently():
    asked = fixed(4, 32, 128, 64, seed=1)
    assert {len(ask.text.split()) for ask in asked.asks} == {128}
    assert {ask.max_tokens for ask in asked.asks} == {64}
    assert len({tuple(ask.text.split()[:8]) for ask in asked.asks}) == 32
    assert asked == fixed(4, 32, 128, 64, seed=1)
    others = {ask.text for ask in fixed(4, 32, 128, 64, seed=2).asks}
    assert not others & {ask.text for ask in asked.asks}


def test_ragged_lengths_have_a_tail_and_bounds():
    asks = ragged(16, 2_000, seed=1).asks
    lengths = sorted(len(ask.text.split()) for ask in asks)
    assert lengths[-1] > 4 * lengths[len(lengths) // 2] > 0
    assert max(ask.max_tokens for ask in asks) == 160
    assert min(ask.max_tokens for ask in asks) == 8
    assert all(ask.is_chat for ask in asks)


def test_arrivals_come_at_their_rate_and_ask_what_fixed_asks():
    asked = arriving(16, 2_000, 4.0, (16, 8), seed=3)
    assert list(asked.times) == sorted(asked.times)
    assert 2_000 / asked.times[-1] == pytest.approx(4.0, rel=0.1)
    assert asked.asks == fixed(16, 2_000, 16, 8, seed=3).asks
