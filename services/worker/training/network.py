"""The classifier in Keras: Embedding, LSTM in both directions, Dense softmax.

Decides its layers and how it is compiled. Knows neither files nor data.
"""

from dataclasses import dataclass
from typing import Any

from services.worker.classifiers.encoding import LIMITS, MOST_BUCKETS, MOST_ENTRIES
from services.worker.classifiers.errors import ClassifierError
from services.worker.engines.tensorflow_quiet import tf

keras: Any = tf.keras
_BOUNDS: dict[str, tuple[float, float]] = {
    "seed": (0, 2**31 - 1),
    "limit": LIMITS,
    "entries": (1, MOST_ENTRIES),
    "buckets": (1, MOST_BUCKETS),
    "embedding": (1, 4096),
    "units": (1, 4096),
    "batch": (1, 65_536),
    "epochs": (1, 10_000),
    "patience": (0, 10_000),
    "learning_rate": (1e-9, 10),
    "dropout": (0, 0.99),
    "breaking": (0, 1),
    "smoothing": (0, 0.99),
    "averaging": (0, 0.9999),
}


@dataclass(frozen=True)
class Sizes:
    """What a training is made with; the card keeps it."""

    seed: int = 6
    limit: int = 32  # tokens of a text
    entries: int = 2800
    buckets: int = 384
    embedding: int = 32
    units: int = 64
    batch: int = 64
    epochs: int = 6
    patience: int = 3
    learning_rate: float = 2e-3
    dropout: float = 0.4
    breaking: float = 0.3  # of the words known in training, read by their pieces
    smoothing: float = 0.05  # of a text's label that is spread over all labels
    averaging: float = 0.998  # of the averaged weights that a step leaves as they were

    def check(self) -> None:
        """Raise ClassifierError for a size that no training has."""
        for name, (low, high) in _BOUNDS.items():
            value = getattr(self, name)
            # Written so that NaN, which compares to nothing, is refused.
            if not low <= value <= high:
                raise ClassifierError(f"{name} is {value}; must be {low} to {high}")


def settle(seed: int) -> None:
    """Make what follows the same each time: operations of one order, one seed."""
    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(seed)


def network(vocabulary: int, labels: int, sizes: Sizes) -> Any:
    """A compiled model, untrained."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((None,), dtype="int32", name="tokens"),
            layers.Embedding(vocabulary, sizes.embedding, mask_zero=True, name="embedding"),
            layers.Dropout(sizes.dropout, seed=sizes.seed, name="forgetting"),
            layers.Bidirectional(layers.LSTM(sizes.units), name="lstm"),
            layers.Dropout(sizes.dropout, seed=sizes.seed + 1, name="doubting"),
            layers.Dense(labels, activation="softmax", name="labels"),
        ],
        name="classifier",
    )
    model.compile(
        optimizer=keras.optimizers.Adam(
            sizes.learning_rate, clipnorm=1.0, use_ema=True, ema_momentum=sizes.averaging
        ),
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=sizes.smoothing),
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model
