"""Log probabilities of an answer as a function of embeddings, and their gradients.

The differentiable face of the float32 decoder: the layers of `float32` over
whole texts, with no cache between a token and those that see it. Decides shapes
and how much is differentiated at once: one forward pass serves several backward
ones. Knows no path, no baseline and no text.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.float32.layers import SPAN, LlamaLayers, Tensor
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.models.llama_weights import LlamaWeights
from services.worker.engines.tensorflow_quiet import tf

Array = NDArray[np.float32]


class ExplainGraph:
    """A model that can be asked how an answer hangs on what stands before it.

    Inputs are `[rows, tokens, width]`; a row is a whole text in embeddings. An answer
    of `targets` begins behind the first `prompt` of its tokens, and its last token is
    none of them: nothing of the answer follows it.
    """

    def __init__(self, config: LlamaConfig, weights: LlamaWeights, *, positions: int) -> None:
        longest = -(-positions // SPAN) * SPAN if positions > SPAN else positions
        self._layers = LlamaLayers(config, weights, positions=longest)
        inputs, row, scalar = (None, None, config.width), (None,), ()
        self._logprobs = _compiled(self._trace_logprobs, (inputs,), (scalar, row))
        self._products = _compiled(
            self._trace_products, (inputs, (None, config.width)), (scalar, row, row)
        )
        self._logits = _compiled(self._trace_logits, (inputs,), (scalar, scalar))

    def embedded(self, tokens: Sequence[int]) -> Array:
        """`[tokens, width]`."""
        found: Array = self._layers.embedded(tf.constant([list(tokens)], tf.int32)).numpy()
        return found

    def logits(self, inputs: Array, prompt: int, count: int) -> Array:
        """`[rows * count, vocabulary]`: what follows the prompt, and each answer token."""
        found: Array = self._logits(_padded(inputs), np.int32(prompt), np.int32(count)).numpy()
        return found

    def logprobs(self, inputs: Array, prompt: int, targets: Sequence[int]) -> Array:
        """`[rows, targets]`: the natural log probability of each."""
        found: Array = self._logprobs(
            _padded(inputs), np.int32(prompt), np.asarray(targets, np.int32)
        ).numpy()
        return found

    def products(
        self,
        inputs: Array,
        direction: Array,
        prompt: int,
        targets: Sequence[int],
        chosen: Sequence[int],
    ) -> tuple[Array, Array]:
        """The log probabilities, and for the `chosen` targets how they change along `direction`.

        The latter by token, `[chosen, rows, tokens]`: each token's gradient times
        its own part, `[tokens, width]`, of the direction.
        """
        count = inputs.shape[1]
        logprobs, products = self._products(
            _padded(inputs),
            _padded(direction[None])[0],
            np.int32(prompt),
            np.asarray(targets, np.int32),
            np.asarray(chosen, np.int32),
        )
        return logprobs.numpy(), products.numpy()[:, :, :count]

    def _trace_logits(self, inputs: Tensor, prompt: Tensor, count: Tensor) -> Tensor:
        shape = tf.shape(inputs)
        rows, columns, width = shape[0], shape[1], inputs.shape[2]
        positions = tf.range(columns)[None]
        mask = tf.where(positions > tf.range(columns)[:, None], -1e30, 0.0)[None, None]
        places = self._layers.places(tf.broadcast_to(positions, [rows, columns]), mask)
        flat = tf.reshape(inputs, [-1, width])
        states = self._layers.states(flat, places, lambda layer, keys, values: (keys, values))
        # Only where something of the answer follows: the vocabulary is wide.
        states = tf.reshape(states, [rows, columns, width])[:, prompt - 1 : prompt - 1 + count]
        return self._layers.logits(tf.reshape(states, [-1, width]))

    def _trace_logprobs(self, inputs: Tensor, prompt: Tensor, targets: Tensor) -> Tensor:
        count, rows = tf.size(targets), tf.shape(inputs)[0]
        logprobs = tf.nn.log_softmax(self._trace_logits(inputs, prompt, count))
        places = tf.stack([tf.range(rows * count), tf.tile(targets, [rows])], axis=1)
        return tf.reshape(tf.gather_nd(logprobs, places), [rows, count])

    def _trace_products(
        self, inputs: Tensor, direction: Tensor, prompt: Tensor, targets: Tensor, chosen: Tensor
    ) -> tuple[Tensor, Tensor]:
        # The weights are not watched: only what leads to the inputs is differentiated.
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(inputs)
            logprobs = self._trace_logprobs(inputs, prompt, targets)

        def product(target: Tensor) -> Tensor:
            one = tf.broadcast_to(tf.one_hot(target, tf.size(targets)), tf.shape(logprobs))
            gradient = tape.gradient(logprobs, inputs, output_gradients=one)
            return tf.reduce_sum(gradient * direction, axis=-1)

        products = tf.map_fn(product, chosen, fn_output_signature=tf.float32, parallel_iterations=1)
        return logprobs, products


def _padded(inputs: Array) -> Array:
    """Beyond SPAN, texts are padded to a multiple of it; nobody before them sees it."""
    count = inputs.shape[1]
    missing = -count % SPAN if count > SPAN else 0
    return np.pad(inputs, ((0, 0), (0, missing), (0, 0))).astype(np.float32)


def _compiled(
    function: Any, floats: Sequence[tuple[int | None, ...]], integers: Sequence[tuple[None, ...]]
) -> Any:
    """One graph for all arguments of these ranks, traced at its first use."""
    signature = [tf.TensorSpec(shape, tf.float32) for shape in floats]
    signature += [tf.TensorSpec(shape, tf.int32) for shape in integers]
    return tf.function(function, input_signature=signature, autograph=False)
