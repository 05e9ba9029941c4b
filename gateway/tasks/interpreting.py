"""What a free text is taken for, by what a classifier says of it.

Pure. Decides which task a label means, that what is not sure is chat, and that
a text whose instruction cannot be told apart stays whole, as chat: a model that
is told to translate would translate the instruction too. Knows no classifier.
"""

from dataclasses import dataclass
from enum import Enum

from gateway.tasks.instruction import SUMMARY, TRANSLATION, separated
from gateway.tasks.languages import languages_of
from gateway.tasks.spoken import spoken_in
from gateway.tasks.task import Answer, Chat, Message, Prompt, Summarize, Translate, Work
from services.runtime.text import Text


class Why(Enum):
    """Why a text became what it became; evenflow.v1.Interpretation.Reason."""

    LABEL = "label"
    UNSURE = "unsure"
    INSEPARABLE = "inseparable"
    NO_CLASSIFIER = "no_classifier"
    UNKNOWN_LABEL = "unknown_label"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a classifier said: labels with probabilities, most likely first; and who it is."""

    labels: tuple[tuple[str, float], ...]
    threshold: float
    classifier: str
    version: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a text became, and why. `verdict` is None where no classifier was asked."""

    work: Work
    why: Why
    verdict: Verdict | None = None
    instruction_removed: bool = False

    @property
    def kind(self) -> str:
        """The task's name: "chat", "answer", …."""
        return type(self.work).__name__.lower()


def interpret(text: Text, verdict: Verdict | None) -> Interpretation:
    """Decide what to do with a text.

    1. Without a verdict it is chat, and so is what is less likely than the threshold.
    2. A question is answered; a beginning is continued; chat is chat.
    3. A translation or a summary is one where its instruction can be taken out, and
       for a translation the language to translate into is named; a summary also where
       the instruction does no harm within the text. Else it is chat.
    """
    if verdict is None or not verdict.labels:  # 1
        return Interpretation(as_chat(text), Why.NO_CLASSIFIER)
    label, probability = verdict.labels[0]
    if probability < verdict.threshold:
        return Interpretation(as_chat(text), Why.UNSURE, verdict)
    match label:
        case "question":  # 2
            return Interpretation(Answer(text, Text("")), Why.LABEL, verdict)
        case "completion":
            return Interpretation(Prompt(text), Why.LABEL, verdict)
        case "chat":
            return Interpretation(as_chat(text), Why.LABEL, verdict)
        case "translation":  # 3
            work, removed = _translation(text)
        case "summary":
            work, removed = _summary(text)
        case _:
            return Interpretation(as_chat(text), Why.UNKNOWN_LABEL, verdict)
    if work is None:
        return Interpretation(as_chat(text), Why.INSEPARABLE, verdict)
    return Interpretation(work, Why.LABEL, verdict, instruction_removed=removed)


def as_chat(text: Text) -> Chat:
    """A text as a dialogue of one message."""
    return Chat((Message("user", text),))


def _translation(text: Text) -> tuple[Work | None, bool]:
    """The task, None where there is none, and whether the instruction was taken out."""
    found = separated(text.reveal, TRANSLATION)
    if found is None:
        return None, False
    languages = languages_of(text.reveal)
    # What is in that language already is not what should be translated, but told about.
    if not languages.target or spoken_in(found.passage) == languages.target:
        return None, False
    return Translate(Text(found.passage), Text(languages.target), Text(languages.source)), True


def _summary(text: Text) -> tuple[Work | None, bool]:
    """As `_translation`."""
    found = separated(text.reveal, SUMMARY)
    if found is None:
        return None, False
    return Summarize(Text(found.passage), found.words), not found.is_whole
