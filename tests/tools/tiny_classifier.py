"""A classifier that can be checked by hand: each word that it knows votes for a label.

A folder of the documented format. Its graph gathers a row of votes for each
token, sums them, and takes the softmax: a text of the words "translate" and
"please" has four votes for translation and none for the rest.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

LABELS = ("question", "translation", "summary", "chat", "completion")
VOTES = {"what": 0, "translate": 1, "summarize": 2, "hello": 3, "once": 4}
VOTE = 4.0
GRAPHS = ((1, 8), (4, 8), (4, 16))
LIMIT = 16


def expected(text: str, labels: tuple[str, ...] = LABELS) -> dict[str, float]:
    """The probabilities of a text whose words are parted by spaces."""
    votes = [0.0] * len(labels)
    for word in text.split():
        if word in VOTES:
            votes[VOTES[word]] += VOTE
    whole = sum(map(math.exp, votes))
    return {label: math.exp(vote) / whole for label, vote in zip(labels, votes, strict=True)}


def make_classifier(path: Path, name: str = "tiny", **card: Any) -> Path:
    """Write the folder; `card` replaces fields of card.json."""
    path.mkdir(parents=True)
    files = {
        "vocabulary.json": json.dumps({"format": 1, "entries": list(VOTES), "buckets": 4}).encode(),
        "model.tflite": _model(),
        "model.keras": b"not looked at by who serves",
    }
    for file, raw in files.items():
        (path / file).write_bytes(raw)
    hashes = {file: hashlib.sha256(raw).hexdigest() for file, raw in files.items()}
    fields: Mapping[str, Any] = {
        "format": 1,
        "name": name,
        "version": hashes["model.keras"][:12],
        "labels": list(LABELS),
        "fallback": "chat",
        "threshold": 0.5,
        "temperature": 1.0,
        "encoding": {"kind": "words-1", "limit": LIMIT},
        "graphs": [
            {"name": f"rows{rows}_length{length}", "rows": rows, "length": length}
            for rows, length in GRAPHS
        ],
        "files": hashes,
        "data": {},
        "training": {},
        "metrics": {},
        "made_with": {},
    }
    (path / "card.json").write_text(json.dumps({**fields, **card}))
    return path


def _model() -> bytes:
    table = np.zeros((2 + len(VOTES) + 4, len(LABELS)), np.float32)  # padding, gap, words, buckets
    for at, label in enumerate(VOTES.values()):
        table[2 + at, label] = VOTE
    model = schema.ModelT()
    model.version, model.subgraphs, model.signatureDefs = 3, [], []
    model.buffers = [schema.BufferT(), _buffer(table), _buffer(np.array([1], np.int32))]
    operators = schema.BuiltinOperator
    model.operatorCodes = [
        _code(code) for code in (operators.GATHER, operators.SUM, operators.SOFTMAX)
    ]
    for rows, length in GRAPHS:
        _add_graph(model, rows, length, table.shape)
    builder = flatbuffers.Builder(1 << 12)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _add_graph(model: Any, rows: int, length: int, shape: tuple[int, ...]) -> None:
    name, labels = f"rows{rows}_length{length}", shape[1]
    float32, int32 = schema.TensorType.FLOAT32, schema.TensorType.INT32
    graph = schema.SubGraphT()
    graph.name = name.encode()
    graph.tensors = [
        _tensor("tokens", (rows, length), int32),
        _tensor("table", shape, float32, buffer=1),
        _tensor("axis", (1,), int32, buffer=2),
        _tensor("votes", (rows, length, labels), float32),
        _tensor("sums", (rows, labels), float32),
        _tensor("probabilities", (rows, labels), float32),
    ]
    gather, reducer, softmax = (
        schema.GatherOptionsT(),
        schema.ReducerOptionsT(),
        schema.SoftmaxOptionsT(),
    )
    softmax.beta = 1.0
    options = schema.BuiltinOptions
    graph.operators = [
        _operator(0, [1, 0], 3, options.GatherOptions, gather),
        _operator(1, [3, 2], 4, options.ReducerOptions, reducer),
        _operator(2, [4], 5, options.SoftmaxOptions, softmax),
    ]
    graph.inputs, graph.outputs = [0], [5]
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = name.encode(), len(model.subgraphs)
    signature.inputs = [_named("tokens", 0)]
    signature.outputs = [_named("probabilities", 5)]
    model.subgraphs.append(graph)
    model.signatureDefs.append(signature)


def _buffer(array: np.ndarray) -> Any:
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(array.tobytes(), np.uint8)
    return buffer


def _code(builtin: int) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = builtin
    code.version = 1
    return code


def _tensor(name: str, shape: tuple[int, ...], kind: int, buffer: int = 0) -> Any:
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.type = name.encode(), np.array(shape, np.int32), kind
    tensor.buffer = buffer
    return tensor


def _operator(code: int, inputs: list[int], output: int, kind: int, options: Any) -> Any:
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = code, inputs, [output]
    operator.builtinOptionsType, operator.builtinOptions = kind, options
    return operator


def _named(name: str, index: int) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), index
    return entry
