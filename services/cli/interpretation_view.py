"""What a free text was taken for, on one line.

Pure. Decides the words; fed with values, it asks nobody.
"""

from services.cli.answers import Interpretation

_TOLD = {
    "answer": "a question",
    "translate": "a translation",
    "summarize": "a summary",
    "chat": "chat",
    "prompt": "a text to go on with",
}


def interpretation_line(told: Interpretation) -> str:
    """The line.

    >>> interpretation_line(Interpretation("translate", "label", 0.97, 0.6, "fr", "en", "task"))
    'taken for a translation, en to fr (97 %)'
    >>> interpretation_line(Interpretation("chat", "no_classifier"))
    'taken for chat: no classifier of tasks could be asked'
    """
    kind = _TOLD.get(told.kind, told.kind)
    if told.target_language:
        source = f"{told.source_language} to" if told.source_language else "into"
        kind = f"{kind}, {source} {told.target_language}"
    sure = f"{told.probability:.0%}".replace("%", " %")
    match told.reason:
        case "unsure":
            least = f"{told.threshold:.0%}".replace("%", " %")
            return f"taken for {kind}: not sure enough of anything else ({sure}, {least} needed)"
        case "inseparable":
            return f"taken for {kind}: what is asked for could not be parted from the text ({sure})"
        case "no_classifier":
            return f"taken for {kind}: no classifier of tasks could be asked"
        case "unknown_label":
            return f"taken for {kind}: the classifier's label names no task ({sure})"
        case _:
            return f"taken for {kind} ({sure})"
