"""What a caller wants explained, as values; it has been checked.

Private text is held as Text. The options are passed on as they came: they hold none.
"""

from dataclasses import dataclass

from evenflow.v1.explanation_pb2 import ExplanationOptions

from gateway.tasks.task import Task
from services.runtime.text import Text


@dataclass(frozen=True, slots=True)
class AnswerWanted:
    """Explain the answer to a task: the one given, in words or tokens, or the model's own.

    The task's sampling says how long its own may become.
    """

    task: Task
    answer: Text | tuple[int, ...] | None
    options: ExplanationOptions


@dataclass(frozen=True, slots=True)
class LabelWanted:
    """Explain a classifier's label for a text; an empty label is the likeliest.

    The text is the task's prompt, and its model the classifier.
    """

    task: Task
    text: Text
    label: str
    options: ExplanationOptions


Wanted = AnswerWanted | LabelWanted
