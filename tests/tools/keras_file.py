"""Keras files that take text: a good one that can be checked by hand, and others.

The good one cuts a text into words and knows two of them: each "good" and each "bad" votes
for its label with 4, on average over the eight words that it reads.
"""

import io
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from services.worker.engines.tensorflow_quiet import set_threads, tf

WORDS, READ, VOTE = ("good", "bad"), 8, 4.0
LABELS = ["glad", "sad"]


def write_good(path: Path, *, last: str = "softmax") -> None:
    """A model that reads text and gives two probabilities, or what `last` makes of votes."""
    set_threads(0)  # as the other tests in this process: TensorFlow takes a number once
    layers: Any = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((1,), dtype="string"),
            layers.TextVectorization(vocabulary=list(WORDS), output_sequence_length=READ),
            layers.Embedding(2 + len(WORDS), 2),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, activation=last, use_bias=False),
        ]
    )
    votes = np.zeros((2 + len(WORDS), 2), np.float32)
    votes[2, 0] = votes[3, 1] = VOTE  # 0 is padding, 1 what is unknown
    model.layers[1].set_weights([votes])
    model.layers[3].set_weights([np.eye(2, dtype=np.float32)])
    model.save(path)


def expected(text: str) -> dict[str, float]:
    """The probabilities of a text of at most eight words."""
    votes = [VOTE * text.split().count(word) / READ for word in WORDS]
    whole = sum(map(math.exp, votes))
    return {label: math.exp(vote) / whole for label, vote in zip(LABELS, votes, strict=True)}


def write_lambda(path: Path) -> None:
    """A model whose layer is code."""
    layers: Any = tf.keras.layers
    model = tf.keras.Sequential(
        [tf.keras.Input((1,), dtype="string"), layers.Lambda(lambda given: given)]
    )
    model.save(path)


def write_bomb(path: Path) -> None:
    """A small file whose configuration is large."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writing:
        writing.writestr("metadata.json", "{}")
        writing.writestr("model.weights.h5", b"")
        writing.writestr("config.json", json.dumps({"class_name": "Sequential"}) + " " * (64 << 20))
    path.write_bytes(file.getvalue())
