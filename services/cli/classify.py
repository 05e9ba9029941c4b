"""Classifies texts and shows what the classifier says of each.

Decides what is one text (all that is given, or each line of it), how many go in
a call, and how an answer is shown. Knows no labels.
"""

import json
from collections.abc import Iterator, Sequence

from services.cli.answers import Classified
from services.cli.client import calling
from services.cli.faults import USAGE, Complaint
from services.cli.options import Connection
from services.runtime.text import Text

# The least that any call may hold: a part of what evenflow.v1 allows, for texts of full length.
TEXTS_OF_A_CALL = 16
SHOWN = 3


async def classify(
    texts: Sequence[Text],
    connection: Connection,
    model: str,
    *,
    as_json: bool = False,
    shows_all: bool = False,
    timeout: float | None = None,
) -> None:
    """Classify texts and print a line for each; raises Complaint."""
    async with calling(connection) as caller:
        for start in range(0, len(texts), TEXTS_OF_A_CALL):
            some = texts[start : start + TEXTS_OF_A_CALL]
            for told in await caller.classify(some, model, timeout):
                print(as_line(told, as_json=as_json, shows_all=shows_all), flush=True)


def texts_of(text: Text, *, by_line: bool) -> tuple[Text, ...]:
    """What is to be classified; lines that hold nothing are none."""
    found = tuple(_lines(text)) if by_line else (text,)
    if not any(found):
        raise Complaint("no text given", exit_code=USAGE)
    return found


def _lines(text: Text) -> Iterator[Text]:
    for line in text.reveal.splitlines():
        if line.strip():
            yield Text(line.strip())


def as_line(told: Classified, *, as_json: bool, shows_all: bool) -> str:
    """One text's labels, the most likely first.

    >>> told = Classified("task", "1", "w", 0.5, (("chat", 0.9), ("summary", 0.1)))
    >>> as_line(told, as_json=False, shows_all=False)
    'chat 90.0 %  summary 10.0 %'
    """
    if as_json:
        return json.dumps(
            {
                "model": told.model,
                "version": told.version,
                "worker_id": told.worker_id,
                "threshold": told.threshold,
                "labels": dict(told.labels),
            }
        )
    shown = told.labels if shows_all else told.labels[:SHOWN]
    return "  ".join(f"{label} {100 * probability:.1f} %" for label, probability in shown)
