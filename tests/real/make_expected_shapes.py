"""Makes expected_shapes.json: what others compute with tests/tools/shapes.py's tiny models.

Run by hand, in an environment of its own with `transformers`, `torch`, `xllamacpp`
(llama.cpp, prebuilt) and `gguf`:

    python -m venv reference
    reference/bin/pip install transformers torch xllamacpp gguf
    PYTHONPATH=. reference/bin/python tests/real/make_expected_shapes.py

Logits are those of Transformers in float32, from the folder as it would be
published, at some positions of a prompt. Greedy tokens are of both: Transformers
from the folder and llama.cpp from the GGUF file. Texts are cut by the `tokenizers`
library from tokenizer.json and by llama.cpp from the GGUF file, and a dialogue is
rendered by Transformers.
"""

import importlib.metadata
import json
import tempfile
from pathlib import Path
from typing import Any

import torch
import transformers

from tests.real.make_expected import TRICKY, Reference
from tests.tools.shapes import Shape, shapes
from tests.tools.vocabularies import vocabularies

POSITIONS = (0, 1, 11, 39)
GREEDY = 12
TEXTS = [
    "Hello world", " Hello", "the other  one", "it's we'll IT'S", "a12 345 6789",
    "The river rose\n\n\tand fell", "trailing  ", "", " ", "  two", "x\r\ny\r\n", "naïve café",
    "日本の首都", "🙂🙃 ok", "Привет", "don’t!?...", "3.14 $5 = <b>", "\x00\x04", "e\u0301",
    "https://example.org/a?b=c", "def f(x):\n    return x", "\u00a0x\u3000y",
]  # fmt: skip
DIALOGUE = [
    {"role": "user", "content": "What is the time?"},
    {"role": "assistant", "content": "It is 12."},
    {"role": "user", "content": "hello then"},
]


def computed(shape: Shape, folder: Path) -> dict[str, Any]:
    """Logits and greedy tokens by Transformers."""
    model = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    tokens = list(shape.prompt)
    greedy, gaps = [], []
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0]
        kept = {at: [round(float(x), 5) for x in logits[at]] for at in POSITIONS}
        for _ in range(GREEDY):
            best = torch.topk(model(torch.tensor([tokens])).logits[0, -1], 2)
            gaps.append(float(best.values[0] - best.values[1]))
            tokens.append(int(best.indices[0]))
            greedy.append(tokens[-1])
    return {"logits": kept, "greedy": greedy, "smallest_gap": round(min(gaps), 5)}


def main() -> None:
    """Write expected_shapes.json beside this file."""
    made: dict[str, Any] = {
        "made_by": "tests/real/make_expected_shapes.py",
        **{name: importlib.metadata.version(name) for name in ("transformers", "xllamacpp")},
        "shapes": {},
        "vocabularies": {},
    }
    with tempfile.TemporaryDirectory() as scratch:
        for name, shape in shapes().items():
            folder = shape.write_folder(Path(scratch) / name)
            found = computed(shape, folder)
            reference = Reference(shape.gguf().write(Path(scratch) / f"{name}.gguf"))
            answer = reference.greedy(shape.prompt, GREEDY)["output_ids"]
            made["shapes"][name] = {**found, "greedy_llama_cpp": answer}
            if shape.vocabulary in made["vocabularies"]:
                continue
            cutter = transformers.PreTrainedTokenizerFast(
                tokenizer_file=str(folder / "tokenizer.json"),
                bos_token=shape.tiny.begin,
                eos_token=shape.tiny.end,
            )
            ids = cutter.apply_chat_template(
                DIALOGUE,
                chat_template=shape.tiny.template,
                add_generation_prompt=True,
                return_dict=False,
            )
            texts = [*TEXTS, *TRICKY]
            made["vocabularies"][shape.vocabulary] = {
                "dialogue": ids,
                "texts": [
                    {
                        "text": text,
                        "tokenizers": cutter(text, add_special_tokens=False)["input_ids"],
                        "llama.cpp": reference.tokens(text),
                    }
                    for text in texts
                    if not any(control in text for control in shape.tiny.controls)
                ],
            }
    assert made["vocabularies"].keys() == vocabularies().keys()
    rows = [
        f" {json.dumps(key)}: {json.dumps(value)}"
        for key, value in made.items()
        if not isinstance(value, dict)
    ]
    for key in ("shapes", "vocabularies"):
        inner = ",\n".join(
            f"  {json.dumps(name)}: {json.dumps(value, ensure_ascii=True)}"
            for name, value in made[key].items()
        )
        rows.append(f" {json.dumps(key)}: {{\n{inner}\n }}")
    target = Path(__file__).parent / "expected_shapes.json"
    target.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
