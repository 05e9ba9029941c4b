"""A classifier's label as something to differentiate: Keras, from the embeddings on.

Decides the baseline: the embedding of the gap, which stands for text that is left out,
in place of every token. Of the file only weights and layers are read that Keras itself
has; nothing in it is run. Knows no line and no sums.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from services.worker.classifiers.encoding import GAP, PADDING
from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import ClassifierFolder, open_folder
from services.worker.engines.explain.model import likeliest
from services.worker.engines.tensorflow_quiet import tf
from services.worker.explaining.values import Alternative, Array, Differentiable, Subject

_LEAST = 1e-30  # of a probability: its logarithm is told


class ExplainableClassifier:
    """A classifier's folder, open."""

    baseline = "the gap that stands for text left out, in place of every token"

    def __init__(self, path: Path) -> None:
        folder = open_folder(path)
        self._layers = _layers(folder)
        self._temperature = folder.card.temperature
        self._labels = len(folder.card.labels)
        self.revision = folder.card.version

    def outcomes(self, subject: Subject) -> Differentiable:
        """One text's label."""
        return LabelOutcome(self._layers, self._temperature, self._labels, subject)


class LabelOutcome:
    """A `Differentiable` over one text: its one outcome is a label's calibrated probability."""

    def __init__(
        self, layers: list[Any], temperature: float, labels: int, subject: Subject
    ) -> None:
        self._rest = layers[1:]
        self._temperature = temperature
        self._labels = labels
        tokens = tf.constant([subject.prompt], tf.int32)
        # A text bears no padding: its tokens are all there is.
        self.text: Array = layers[0](tokens)[0].numpy()
        gaps = tf.fill(tf.shape(tokens), GAP)
        self.baseline: Array = layers[0](gaps)[0].numpy()
        self._logprobs = self._computed(tf.constant(self.text[None]))[0].numpy()
        self.outcomes = subject.answer or (int(self._logprobs.argmax()),)

    def products(
        self, inputs: Array, direction: Array, chosen: tuple[int, ...]
    ) -> tuple[Array, Array]:
        """See Differentiable."""
        given = tf.constant(inputs)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(given)
            logprobs = self._computed(given)[:, self.outcomes[0], None]
        gradient = tape.gradient(logprobs, given)
        products = tf.reduce_sum(gradient * direction, axis=-1)[None]
        return logprobs.numpy(), products.numpy()

    def seen(self, outcome: int) -> int:
        """All tokens of the text."""
        return len(self.text)

    def alternatives(self, count: int) -> list[tuple[Alternative, ...]]:
        """The labels, the most likely first."""
        return [likeliest(self._logprobs.astype(np.float64), min(count, self._labels))]

    def _computed(self, embedded: Any) -> Any:
        """Log probabilities `[rows, labels]`, as calibration tells them."""
        state = embedded
        for layer in self._rest:
            state = layer(state)
        return tf.nn.log_softmax(tf.math.log(tf.maximum(state, _LEAST)) / self._temperature)


def _layers(folder: ClassifierFolder) -> list[Any]:
    """The layers behind the input, in their order: embedding first, probabilities last."""
    keras = tf.keras
    with tempfile.NamedTemporaryFile(suffix=".keras") as file:
        file.write(folder.keras_model())
        file.flush()
        try:
            model = keras.models.load_model(file.name, compile=False, safe_mode=True)
        except Exception as error:
            name = type(error).__name__
            raise ClassifierError(f"model.keras cannot be opened: {name}") from None
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    if len(layers) < 2 or not isinstance(layers[0], keras.layers.Embedding):
        raise ClassifierError("model.keras does not begin with an embedding: nothing to explain by")
    if any(isinstance(layer, keras.layers.Lambda) for layer in layers):
        raise ClassifierError("model.keras holds code")
    table = layers[0].get_weights()[0]
    if len(table) <= max(GAP, PADDING):
        raise ClassifierError("model.keras knows no gap")
    return layers
