"""Finds out what a free text asks for, before it is planned.

Decides how long that may take, and that a text nobody can be asked about is
chat: a request is never lost for want of a classifier. What a verdict means is
`tasks/interpreting.py`'s matter.
"""

import asyncio
from dataclasses import replace

from evenflow.v1 import classification_pb2, generation_pb2
from evenflow.v1.generation_pb2 import GenerateResponse

from gateway.classifying import Classifying
from gateway.errors import ClassifierBroke, Refused
from gateway.metrics import GatewayMetrics
from gateway.relay.relay import Deliver
from gateway.tasks.interpreting import Interpretation, Verdict, Why, interpret
from gateway.tasks.task import Chat, Task, Translate
from services.runtime.text import Text

# Seconds; what is shorter than a person notices and longer than a classifier needs.
_LONGEST = 1.0
# Characters that are shown of a longer text, at either end: no classifier reads more.
_SHOWN = 8192

_KINDS = {
    "chat": generation_pb2.Interpretation.KIND_CHAT,
    "answer": generation_pb2.Interpretation.KIND_ANSWER,
    "translate": generation_pb2.Interpretation.KIND_TRANSLATE,
    "summarize": generation_pb2.Interpretation.KIND_SUMMARIZE,
    "prompt": generation_pb2.Interpretation.KIND_PROMPT,
}
_REASONS = {
    Why.LABEL: generation_pb2.Interpretation.REASON_LABEL,
    Why.UNSURE: generation_pb2.Interpretation.REASON_UNSURE,
    Why.INSEPARABLE: generation_pb2.Interpretation.REASON_INSEPARABLE,
    Why.NO_CLASSIFIER: generation_pb2.Interpretation.REASON_NO_CLASSIFIER,
    Why.UNKNOWN_LABEL: generation_pb2.Interpretation.REASON_UNKNOWN_LABEL,
}


class Interpreter:
    """Asks the classifier of tasks; "" for none."""

    def __init__(self, classifying: Classifying, classifier: str, metrics: GatewayMetrics) -> None:
        self._classifying = classifying
        self._classifier = classifier
        self._metrics = metrics
        self._clock = asyncio.get_running_loop().time

    async def understood(
        self, task: Task, deliver: Deliver, deadline: float
    ) -> tuple[Task, Deliver]:
        """What a task is in truth, and how its answer is to be delivered; most are what they are.

        A text that is to be interpreted comes as a chat of one message.
        """
        if not task.is_auto or not isinstance(task.work, Chat):
            return task, deliver
        text = task.work.messages[-1].content
        found = interpret(text, await self._verdict(text, task.request_id, deadline))
        self._metrics.interpretations.labels(found.kind, found.why.value).inc()
        return replace(task, work=found.work), telling(deliver, message_of(found))

    async def _verdict(self, text: Text, request_id: str, deadline: float) -> Verdict | None:
        if not self._classifier:
            return None
        soon = min(deadline, self._clock() + _LONGEST)
        try:
            response = await self._classifying.ask(
                self._classifier, [shown(text)], request_id, soon
            )
        except (Refused, ClassifierBroke):
            return None
        return verdict_of(response)


def shown(text: Text) -> Text:
    """What a classifier is shown of a text: all, or both ends."""
    if len(text) <= 2 * _SHOWN:
        return text
    return Text(f"{text.reveal[:_SHOWN]}\n{text.reveal[-_SHOWN:]}")


def verdict_of(response: classification_pb2.ClassifyResponse) -> Verdict:
    """What a worker says of the one text that it was asked about."""
    labels = response.classifications[0].labels if response.classifications else ()
    return Verdict(
        tuple((told.label, told.probability) for told in labels),
        response.threshold,
        response.model,
        response.model_version,
    )


def message_of(found: Interpretation) -> generation_pb2.Interpretation:
    """An interpretation as the caller is told of it."""
    message = generation_pb2.Interpretation(
        kind=_KINDS[found.kind],
        reason=_REASONS[found.why],
        instruction_removed=found.instruction_removed,
    )
    if isinstance(found.work, Translate):
        message.target_language = found.work.target.reveal
        message.source_language = found.work.source.reveal
    if found.verdict is not None:
        message.probability = found.verdict.labels[0][1]
        message.threshold = found.verdict.threshold
        message.classifier = found.verdict.classifier
        message.classifier_version = found.verdict.version
        for label, probability in found.verdict.labels:
            message.labels.add(label=label, probability=probability)
    return message


def telling(deliver: Deliver, interpretation: generation_pb2.Interpretation) -> Deliver:
    """Deliver with this in the Started; what others read stays as it is."""

    async def tell(message: GenerateResponse) -> None:
        if message.HasField("started"):
            own = GenerateResponse()
            own.CopyFrom(message)
            own.started.interpretation.CopyFrom(interpretation)
            message = own
        await deliver(message)

    return tell
