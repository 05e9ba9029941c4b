"""What `evenflow ask` takes texts for that nobody trained on: writes benchmarks/results/asking.md.

Runs a mesh of one worker with the bundled classifier and gives each of the 40 texts
of benchmarks/asked_texts.jsonl to the `evenflow ask` command without a kind, as a
person would. Told are what was wanted, the label that the classifier gives, what the
command said that it took the text for, how sure it was, and how the answer ended. A text
with the right label is chat all the same where the gateway cannot part what is asked
for from the text ("inseparable", docs/decisions/0019).

    python -m benchmarks.asking [--engine scripted] [--max-tokens 24]
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.cli.mesh import embedded
from services.cli.plan import plan
from services.runtime import logs
from services.runtime.text import Text
from services.worker.classifiers.folder import BUNDLED, open_folder
from services.worker.classifiers.litert_classifier import LiteRtClassifier

HERE = Path(__file__).parent
GOAL = 38
# The labels, by the tasks that `ask` makes of them.
LABELS = {
    "answer": "question",
    "translate": "translation",
    "summarize": "summary",
    "chat": "chat",
    "prompt": "completion",
}
SECONDS = 300.0  # for one text: a real model on a busy machine


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, and what came of it; `reason` is why it was taken so, `end` how the answer ended."""

    text: str
    language: str
    wanted: str
    taken: str
    reason: str
    probability: float
    end: str

    @property
    def is_right(self) -> bool:
        """Whether it was taken for what was wanted."""
        return self.taken == self.wanted


async def asked(target: str, line: dict[str, str], max_tokens: int) -> Asked:
    """Give one text to the command."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "ask", "--target", target, "--json"),
        *("--max-tokens", str(max_tokens), "--temperature", "0", "--", line["text"]),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(SECONDS):
        told, _ = await process.communicate()
    events = [json.loads(event) for event in told.splitlines()]
    by_name: dict[str, Any] = {event["event"]: event for event in events}
    meant = by_name.get("started", {}).get("interpretation") or {}
    ended = by_name.get("finished", {}).get("reason", f"exit code {process.returncode}")
    return Asked(
        text=line["text"],
        language=line["slice"],
        wanted=line["label"],
        taken=LABELS.get(meant.get("kind", ""), "nothing"),
        reason=meant.get("reason", "failed"),
        probability=meant.get("probability", 0.0),
        end=ended,
    )


async def ask_all(engine: str, max_tokens: int) -> list[Asked]:
    """A mesh, and every text asked of it, one after the other."""
    lines = (HERE / "asked_texts.jsonl").read_text(encoding="utf-8").splitlines()
    async with embedded(plan(workers=1, engine=engine)) as mesh:
        await mesh.ready()
        target = mesh.gateway.address
        return [await asked(target, json.loads(line), max_tokens) for line in lines]


async def labels(found: Sequence[Asked]) -> list[str]:
    """What the classifier says of each text, with threshold and fallback."""
    folder = open_folder(BUNDLED)
    classifier = LiteRtClassifier(folder, "task")
    rows = await classifier.run([Text(one.text) for one in found])
    classifier.close()
    return [folder.card.verdict(row)[0] for row in rows]


def table(found: Sequence[Asked], said: Sequence[str], engine: str) -> Iterator[str]:
    """What is written."""
    right = sum(one.is_right for one in found)
    is_met = "met" if right >= GOAL else "missed"
    card = open_folder(BUNDLED).card
    yield f"# {right} of {len(found)} texts that nobody trained on, through `evenflow ask`\n"
    yield f"`python -m benchmarks.asking --engine {engine}`; task model {card.version}.\n"
    labelled = sum(label == one.wanted for one, label in zip(found, said, strict=True))
    yield f"Taken for what was wanted: {right} of {len(found)}, goal {GOAL}: **{is_met}**."
    yield f"The classifier's label was right for **{labelled} of {len(found)}**; a text with the"
    yield "right label is chat where the gateway could not part what is asked for from it"
    yield "(inseparable).\n"
    yield "The texts were written before the data that the"
    yield "model is trained on was widened, and were not asked of it before it was chosen."
    yield "What is less sure than the card's threshold"
    yield f"({card.threshold}) is taken for chat, whatever is likeliest.\n"
    for name, values in (
        ("kind", [(one.wanted, one.is_right) for one in found]),
        ("language", [(one.language, one.is_right) for one in found]),
    ):
        counts = Counter(value for value, _ in values)
        hits = Counter(value for value, is_right in values if is_right)
        told = ", ".join(f"{value} {hits[value]} of {counts[value]}" for value in counts)
        yield f"By {name}: {told}.\n"
    yield "| text | wanted | label | taken for | why | probability | answer ended |"
    yield "|---|---|---|---|---|---|---|"
    for one, label in zip(found, said, strict=True):
        mark = "" if one.is_right else " **wrong**"
        text = one.text.replace("|", " ")
        told = f"{one.wanted} | {label} | {one.taken}{mark} | {one.reason} | {one.probability:.2f}"
        yield f"| {text} | {told} | {one.end} |"


def main() -> None:
    """Ask, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("tensorflow", "scripted"), default="tensorflow")
    parser.add_argument("--max-tokens", type=int, default=24)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "asking.md")
    flags = parser.parse_args()
    logs.configure("error", "console")
    found = asyncio.run(ask_all(flags.engine, flags.max_tokens))
    told = table(found, asyncio.run(labels(found)), flags.engine)
    flags.out.write_text("\n".join(told) + "\n", encoding="utf-8")
    print(f"{flags.out.name}: {sum(one.is_right for one in found)} of {len(found)}")


if __name__ == "__main__":
    main()
