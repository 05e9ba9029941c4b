"""What makes a request wrong.

Reads a GenerateRequest into a Task, or names every field that is wrong with the
limit it broke, all at once. The limits are those of evenflow.v1's comments.
Knows nothing of what becomes of a task.
"""

import re
from collections.abc import Callable, Sequence

from evenflow.v1 import generation_pb2, inference_pb2

from gateway.errors import FieldFault, InvalidTask
from gateway.sampling import read_sampling
from gateway.tasks.interpreting import as_chat
from gateway.tasks.task import (
    Answer,
    Chat,
    Message,
    Priority,
    Prompt,
    RoleName,
    Summarize,
    Task,
    Translate,
    Work,
)
from services.runtime.text import Text

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_NAME_RULE = "1 to 64 of [A-Za-z0-9._-]"
_MAX_MODEL = 256
_MAX_MESSAGES = 1024
_MAX_LANGUAGE = 64
_MAX_WORDS = 2000
# Status details travel in a header block of 8 KiB.
_MAX_FAULTS_TOLD = 20

_ROLES: dict[int, RoleName] = {
    generation_pb2.ROLE_SYSTEM: "system",
    generation_pb2.ROLE_USER: "user",
    generation_pb2.ROLE_ASSISTANT: "assistant",
}
_PRIORITIES = {
    inference_pb2.PRIORITY_UNSPECIFIED: Priority.NORMAL,
    inference_pb2.PRIORITY_LOW: Priority.LOW,
    inference_pb2.PRIORITY_NORMAL: Priority.NORMAL,
    inference_pb2.PRIORITY_HIGH: Priority.HIGH,
}


class Validator:
    """Checks requests.

    Args:
        max_prompt_bytes: UTF-8 bytes of the longest prompt.
        default_model: model of requests that name none; may be empty.
        new_id: gives a request the id that its caller did not.
    """

    def __init__(
        self, max_prompt_bytes: int, default_model: str, new_id: Callable[[], str]
    ) -> None:
        self._max_prompt_bytes = max_prompt_bytes
        self._default_model = default_model
        self._new_id = new_id

    def read(self, request: inference_pb2.GenerateRequest, tenant: str) -> Task:
        """Read a request of `tenant` into a Task.

        Raises:
            InvalidTask: with every field that is wrong.
        """
        faults: list[FieldFault] = []
        work = self._work(request, faults)
        sampling = read_sampling(request.sampling, faults)
        if request.priority not in _PRIORITIES:
            faults.append(FieldFault("priority", f"{request.priority} is no Priority"))
        if request.request_id and not _NAME.fullmatch(request.request_id):
            faults.append(FieldFault("request_id", f"must be empty or {_NAME_RULE}"))
        if len(request.model) > _MAX_MODEL:
            faults.append(FieldFault("model", _too_long(len(request.model), _MAX_MODEL)))
        if work is None or faults:
            reason = "INVALID_FIELD" if request.WhichOneof("task") else "NO_TASK"
            raise InvalidTask(reason, faults[:_MAX_FAULTS_TOLD])
        return Task(
            request_id=request.request_id or self._new_id(),
            tenant=tenant,
            model=request.model or self._default_model,
            priority=_PRIORITIES[request.priority],
            sampling=sampling,
            work=work,
            explains=request.explain_route,
            is_auto=request.HasField("auto"),
        )

    def _work(
        self, request: inference_pb2.GenerateRequest, faults: list[FieldFault]
    ) -> Work | None:
        match request.WhichOneof("task"):
            case "prompt":
                return self._prompt(request.prompt, faults)
            case "chat":
                return self._chat(request.chat, faults)
            case "answer":
                return self._answer(request.answer, faults)
            case "translate":
                return self._translate(request.translate, faults)
            case "summarize":
                return self._summarize(request.summarize, faults)
            case "auto":
                self._text("auto.text", request.auto.text, faults)
                return as_chat(Text(request.auto.text))
            case _:
                names = "prompt, chat, answer, translate, summarize, auto"
                faults.append(FieldFault("task", f"must be set: one of {names}"))
                return None

    def _prompt(self, task: inference_pb2.PromptTask, faults: list[FieldFault]) -> Work:
        self._text("prompt.text", task.text, faults)
        return Prompt(Text(task.text))

    def _chat(self, task: inference_pb2.ChatTask, faults: list[FieldFault]) -> Work:
        count = len(task.messages)
        if not 1 <= count <= _MAX_MESSAGES:
            rule = f"{count} messages; must be 1 to {_MAX_MESSAGES}"
            faults.append(FieldFault("chat.messages", rule))
            return Chat(())
        for index, message in enumerate(task.messages):
            faults.extend(_message_faults(index, message))
        if task.messages[-1].role != generation_pb2.ROLE_USER:
            path = f"chat.messages[{count - 1}].role"
            faults.append(FieldFault(path, "the last message must be the user's (ROLE_USER)"))
        self._size("chat.messages", [message.content for message in task.messages], faults)
        return Chat(
            tuple(Message(_ROLES.get(m.role, "user"), Text(m.content)) for m in task.messages)
        )

    def _answer(self, task: inference_pb2.AnswerTask, faults: list[FieldFault]) -> Work:
        if not task.question:
            faults.append(FieldFault("answer.question", "must not be empty"))
        together = "answer.question" if not task.context else "answer.context"
        self._size(together, [task.question, task.context], faults)
        return Answer(Text(task.question), Text(task.context))

    def _translate(self, task: inference_pb2.TranslateTask, faults: list[FieldFault]) -> Work:
        self._text("translate.text", task.text, faults)
        if not 1 <= len(task.target_language) <= _MAX_LANGUAGE:
            rule = f"{len(task.target_language)} characters; must be 1 to {_MAX_LANGUAGE}"
            faults.append(FieldFault("translate.target_language", rule))
        if len(task.source_language) > _MAX_LANGUAGE:
            rule = _too_long(len(task.source_language), _MAX_LANGUAGE)
            faults.append(FieldFault("translate.source_language", rule))
        return Translate(Text(task.text), Text(task.target_language), Text(task.source_language))

    def _summarize(self, task: inference_pb2.SummarizeTask, faults: list[FieldFault]) -> Work:
        self._text("summarize.text", task.text, faults)
        if not 0 <= task.words <= _MAX_WORDS:
            rule = f"{task.words}; must be 0 (any) to {_MAX_WORDS}"
            faults.append(FieldFault("summarize.words", rule))
        return Summarize(Text(task.text), task.words or None)

    def _text(self, field: str, text: str, faults: list[FieldFault]) -> None:
        if not text:
            faults.append(FieldFault(field, "must not be empty"))
        self._size(field, [text], faults)

    def _size(self, field: str, texts: Sequence[str], faults: list[FieldFault]) -> None:
        size = sum(len(text.encode()) for text in texts)
        if size > self._max_prompt_bytes:
            rule = f"{size} bytes; must be at most {self._max_prompt_bytes}"
            faults.append(FieldFault(field, rule))


def _message_faults(index: int, message: generation_pb2.ChatMessage) -> list[FieldFault]:
    faults = []
    path = f"chat.messages[{index}]"
    if message.role not in _ROLES:
        faults.append(FieldFault(f"{path}.role", "must be set: system, user or assistant"))
    if message.role == generation_pb2.ROLE_SYSTEM and index > 0:
        faults.append(FieldFault(f"{path}.role", "a system message must be the first"))
    if not message.content:
        faults.append(FieldFault(f"{path}.content", "must not be empty"))
    return faults


def _too_long(length: int, limit: int) -> str:
    return f"{length} characters; must be at most {limit}"
