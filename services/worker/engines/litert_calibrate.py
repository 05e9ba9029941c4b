"""Rounds a model's matrices by what they meet as the model reads a text.

Decides the text, and that a matrix sees what the rounded ones before it make of
it. Runs the graph itself, operation by operation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.worker.engines.litert_graph import LiteRtGraph
from services.worker.engines.litert_shapes import HIDDEN, Shape
from services.worker.engines.llama_config import LlamaConfig
from services.worker.engines.rope import cosines_and_sines
from services.worker.engines.rounding import Rounded, rounded

LONGEST = 1024  # tokens
TEXT = """\
The harbour lay still in the early light. Two boats had come in overnight, and the men who \
had brought them sat on the wall, mending nets and saying little. "It will turn by noon," said \
the older one, without looking up. Nobody answered him; he had been right too often.

Photosynthesis is the process by which plants, algae and some bacteria turn light into chemical \
energy. In the leaves, chlorophyll absorbs mostly red and blue light, and water is split into \
oxygen, protons and electrons. The energy is kept in sugars, which the plant uses to grow.

Q: How many sides does a hexagon have?
A: A hexagon has six sides.

Q: Who wrote "Pride and Prejudice"?
A: Jane Austen wrote it. It was published in 1813.

1. Preheat the oven to 200 degrees.
2. Mix the flour, the butter and a pinch of salt until the dough is crumbly.
3. Add two eggs, knead briefly, and let it rest for 30 minutes.
- 250 g flour
- 125 g butter
- 2 eggs

def area(shapes):
    total = 0.0
    for shape in shapes:
        if shape.kind == "circle":
            total += 3.14159 * shape.radius ** 2
        else:
            total += shape.width * shape.height
    return total

for (let i = 0; i < items.length; i++) { console.log(items[i].name + ": " + items[i].price); }

SELECT name, SUM(amount) FROM payments WHERE year >= 2019 GROUP BY name ORDER BY 2 DESC;

user
Can you help me write a short letter to my landlord about the heating?
assistant
Of course! Here is a draft: Dear Mr. Lee, I am writing to let you know that the heating in my \
apartment has not worked since last Monday. Could you please send somebody to repair it this \
week? Thank you very much for your help. Kind regards, Maria

Der Zug nach Hamburg fährt heute von Gleis sieben. Il pleut depuis trois jours et la rivière \
monte. El mercado abre a las ocho y cierra a mediodía. Il treno parte alle nove. \
今日は天気がいいですね。我们明天去学校。Сегодня утром было холодно.

In 2021 the town had 48,312 inhabitants, 3.7% more than in 2016; the average rent was $1,245. \
The committee met on Tuesday, March 9, and voted 7 to 2 in favour. Mr. Okafor, who had opposed \
the plan from the beginning, left the room before the count. "We will be back," he told the \
reporters, "and next time we will bring lawyers." Whether he meant it is another question.

If all roses are flowers and some flowers fade quickly, it does not follow that some roses fade \
quickly: the flowers that fade may all be tulips. An argument is valid when its conclusion \
cannot be false while its premises are true. 12 + 30 = 42, 9 * 8 = 72, and 100 / 4 = 25.

To reset your password, open Settings, choose Account, and click "Forgot password". You will \
receive an email with a link. The link is valid for 24 hours. If you do not receive it, check \
your spam folder or contact support@example.com. We are happy to help you.
"""


def calibrated(
    graph: LiteRtGraph,
    config: LlamaConfig,
    matrices: Mapping[str, NDArray[np.float32]],
    embedding: NDArray[np.float16],
    tokens: Sequence[int],
    progress: Callable[[float], None],
) -> dict[str, Rounded]:
    """Round all matrices while the model reads these tokens."""
    tokens = list(tokens[: min(LONGEST, config.context, config.window or LONGEST)])
    shape = Shape(1, len(tokens), (1,), logits=True)
    cosines, sines = cosines_and_sines(config, len(tokens))
    held = np.zeros((1, config.kv_heads, 1, config.head_size), np.float32)
    inputs: dict[str, Any] = {
        "states": embedding[tokens].astype(np.float32),
        "cosines": cosines[:, None],
        "sines": sines[:, None],
        "hidden": np.full((1, 1, 1, 1), HIDDEN, np.float32),
    }
    for layer in range(config.layers):
        inputs[f"keys_{layer}_0"] = inputs[f"values_{layer}_0"] = held
    found: dict[str, Rounded] = {}

    def times(value: Any, name: str) -> Any:
        vectors = np.asarray(value)
        found[name] = matrix = rounded(matrices[name], vectors)
        progress(len(found) / len(matrices))
        return vectors @ (matrix.steps * matrix.scales[:, None]).T

    graph.step(shape, inputs, times)
    return found
