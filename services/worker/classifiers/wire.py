"""Classify's messages to values and back, and what of its errors is told.

Decides which requests are refused as they stand; the limits are those of
evenflow.v1. Decides nothing of when texts are run.
"""

import re
from collections.abc import Iterator, Sequence

import grpc
from evenflow.v1 import classification_pb2

from services.runtime.status import RpcFault, Violation
from services.runtime.text import Text
from services.worker.classifiers.classifier import ClassifierInfo, Row
from services.worker.errors import ClassifierBusy, ClassifierFailed

MOST_TEXTS = 256
TEXT_BYTES = 64 << 10
TOTAL_BYTES = 1 << 20
MODEL_CHARACTERS = 256
_ID = re.compile(r"[A-Za-z0-9._-]{0,64}", re.ASCII)
# Status details travel in a header block of 8 KiB.
_MOST_TOLD = 20


def read_texts(request: classification_pb2.ClassifyRequest) -> tuple[Text, ...]:
    """The texts of a request; wrapped from here on.

    Raises:
        RpcFault: INVALID_ARGUMENT that names every field that is wrong.
    """
    violations = list(_faults(request))[:_MOST_TOLD]
    if violations:
        raise RpcFault(
            grpc.StatusCode.INVALID_ARGUMENT,
            "INVALID_FIELD",
            "; ".join(f"{fault.field}: {fault.description}" for fault in violations[:3]),
            violations=violations,
        )
    return tuple(map(Text, request.texts))


def _faults(request: classification_pb2.ClassifyRequest) -> Iterator[Violation]:
    if len(request.model) > MODEL_CHARACTERS:
        yield Violation("model", f"at most {MODEL_CHARACTERS} characters")
    if not _ID.fullmatch(request.request_id):
        yield Violation("request_id", "must be empty or 1 to 64 of [A-Za-z0-9._-]")
    if not 1 <= len(request.texts) <= MOST_TEXTS:
        yield Violation("texts", f"{len(request.texts)} texts; must be 1 to {MOST_TEXTS}")
        return
    sizes = [len(text.encode()) for text in request.texts]
    for index, size in enumerate(sizes):
        if not 1 <= size <= TEXT_BYTES:
            yield Violation(f"texts[{index}]", f"{size} bytes; must be 1 to {TEXT_BYTES}")
    if sum(sizes) > TOTAL_BYTES:
        yield Violation("texts", f"{sum(sizes)} bytes together; at most {TOTAL_BYTES}")


def response(
    info: ClassifierInfo, rows: Sequence[Row], worker_id: str
) -> classification_pb2.ClassifyResponse:
    """What a classifier says, and who it is."""
    return classification_pb2.ClassifyResponse(
        classifications=[_classification(info, row) for row in rows],
        model=info.name,
        model_version=info.version,
        worker_id=worker_id,
        threshold=info.threshold,
        fallback=info.fallback,
    )


def _classification(info: ClassifierInfo, row: Row) -> classification_pb2.Classification:
    told = sorted(zip(info.labels, row, strict=True), key=lambda pair: -pair[1])
    return classification_pb2.Classification(
        labels=[
            classification_pb2.LabelProbability(label=label, probability=probability)
            for label, probability in told
        ]
    )


def classifier_info(info: ClassifierInfo) -> classification_pb2.ClassifierInfo:
    """A classifier, for the load report."""
    return classification_pb2.ClassifierInfo(
        name=info.name, version=info.version, labels=info.labels
    )


def unknown(name: str, served: Sequence[ClassifierInfo]) -> RpcFault:
    """No classifier is called that here, or none is meant by no name at all."""
    names = ", ".join(info.name for info in served) or "none"
    what = f"{name} is not" if name else "no name was given, and more or fewer than one are"
    message = f"{what} served here; classifiers here: {names}"
    return RpcFault(grpc.StatusCode.NOT_FOUND, "UNKNOWN_CLASSIFIER", message)


def fault(error: ClassifierBusy | ClassifierFailed) -> RpcFault:
    """The status of what a classifier could not do."""
    match error:
        case ClassifierBusy():
            code, reason = grpc.StatusCode.RESOURCE_EXHAUSTED, "CLASSIFIER_BUSY"
            return RpcFault(code, reason, str(error), retry_after=error.wait)
        case ClassifierFailed():
            return RpcFault(grpc.StatusCode.INTERNAL, "CLASSIFIER_FAILED", str(error))
