import numpy as np
import pytest

from services.worker.engines.litert.rotation import (
    block,
    hadamard,
    orthogonal,
    turned,
    turned_output,
)
from services.worker.engines.models.llama_weights import LayerWeights


@pytest.mark.parametrize("size", [1, 2, 3, 24, 64, 576, 2048])
def test_a_turn_keeps_lengths_and_angles(size: int) -> None:
    turn = orthogonal(size)
    np.testing.assert_allclose(turn @ turn.T, np.eye(size), atol=1e-5)


@pytest.mark.parametrize("size", [64, 576])
def test_one_large_channel_is_spread_over_all(size: int) -> None:
    for channel in range(0, size, 7):
        assert np.abs(orthogonal(size)[channel]).max() < 1.5 / np.sqrt(size / (size // 64))


def test_blocks() -> None:
    assert [block(size) for size in (1536, 64, 48, 8, 11008)] == [64, 64, 16, 8, 64]
    with pytest.raises(ValueError, match="power of two"):
        hadamard(48)


def layer(random: np.random.Generator) -> LayerWeights:
    def weights(*shape: int) -> np.ndarray:
        return random.standard_normal(shape).astype(np.float32)

    # Width 12; four query heads of 8, two key-value heads; 48 hidden.
    return LayerWeights(
        attention_norm=weights(12),
        query_key_value=weights(12, 64),
        attention_out=weights(32, 12),
        feed_norm=weights(12),
        gate_up=weights(12, 96),
        down=weights(48, 12),
    )


def test_what_is_turned_computes_the_same() -> None:
    random = np.random.default_rng(1)
    plain, stream = layer(random), orthogonal(12)
    found = turned(plain, stream, head_size=8, query=32)
    state = random.standard_normal((5, 12)).astype(np.float32)  # normed, still without gains
    mixed = state * plain.attention_norm @ plain.query_key_value
    turned_mixed = state @ stream @ found.query_key_value
    # Queries and keys are untouched; values are turned, which attention's output takes back.
    np.testing.assert_allclose(turned_mixed[:, :48], mixed[:, :48], atol=1e-4)
    assert np.abs(turned_mixed[:, 48:] - mixed[:, 48:]).max() > 0.1
    # Each query head's share: heads 0 and 1 of the first value head, 2 and 3 of the second.
    sums, turned_sums = (
        np.repeat(values[:, 48:].reshape(5, 2, 8), 2, axis=1).reshape(5, 32)
        for values in (mixed, turned_mixed)
    )
    np.testing.assert_allclose(
        turned_sums @ found.attention_out, sums @ plain.attention_out @ stream, atol=1e-4
    )
    np.testing.assert_allclose(
        state @ stream @ found.gate_up, state * plain.feed_norm @ plain.gate_up, atol=1e-4
    )
    inner = random.standard_normal((5, 48)).astype(np.float32)
    blocks = (inner.reshape(5, 3, 16) @ hadamard(16).astype(np.float32)).reshape(5, 48)
    np.testing.assert_allclose(blocks @ found.down, inner @ plain.down @ stream, atol=1e-4)


def test_the_output_takes_the_turn_back() -> None:
    random = np.random.default_rng(2)
    state, gain, output = (
        random.standard_normal(shape).astype(np.float32) for shape in ((3, 12), (12,), (12, 20))
    )
    found = turned_output(output, gain, orthogonal(12))
    np.testing.assert_allclose(state @ orthogonal(12) @ found, state * gain @ output, atol=1e-4)
