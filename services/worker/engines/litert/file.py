"""Makes a model's one file of graphs that were converted without matrices and rows.

Decides how the file says that a matrix is in eight bits: a scale for each row,
and what is multiplied by it is rounded as it comes, row by row (LiteRT calls
this dynamic range). A matrix is stored once, however many graphs use it. A
graph that was converted once is written once for each number of rows; LiteRT
works out what follows from its inputs' sizes. Products of halves, which LiteRT
has and TensorFlow's converter does not know, are put in. Knows no architecture.
"""

import copy
from collections.abc import Mapping
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from flatbuffers import flexbuffers
from numpy.typing import NDArray

from services.worker.engines.litert.rounding import Rounded

_FULLY_CONNECTED_VERSION = 9  # the first that knows a scale for each row


class ModelFileBuilder:
    """Takes matrices, then converted graphs; gives the file."""

    def __init__(self, matrices: Mapping[str, Rounded]) -> None:
        self._matrices = matrices
        self._model = schema.ModelT()
        self._model.version, self._model.description = 3, "evenflow int8"
        self._model.operatorCodes, self._model.buffers = [], [schema.BufferT()]
        self._model.subgraphs, self._model.signatureDefs = [], []
        self._stored = {name: self._store(matrix.steps) for name, matrix in matrices.items()}

    def add(self, converted: bytes, names: Mapping[str, int]) -> None:
        """Add a file's only graph under each of these names, with that many rows."""
        model = schema.ModelT.InitFromPackedBuf(converted, 0)
        (graph,), (signature,) = model.subgraphs, model.signatureDefs
        _tell_halves(model, graph)
        codes, buffers = len(self._model.operatorCodes), len(self._model.buffers)
        self._model.operatorCodes += model.operatorCodes
        self._model.buffers += model.buffers
        for operator in graph.operators:
            operator.opcodeIndex += codes
        for tensor in graph.tensors:
            tensor.buffer = tensor.buffer and tensor.buffer + buffers
        self._fill(graph, signature)
        self._tell_products(graph)
        for name, rows in names.items():
            entry = copy.copy(signature)
            entry.signatureKey, entry.subgraphIndex = name, len(self._model.subgraphs)
            self._model.signatureDefs.append(entry)
            self._model.subgraphs.append(_with_rows(graph, name, rows))

    def build(self) -> bytes:
        """The file."""
        builder = flatbuffers.Builder(1 << 28)
        builder.Finish(self._model.Pack(builder), file_identifier=b"TFL3")
        return bytes(builder.Output())

    def _store(self, steps: NDArray[np.int8]) -> int:
        buffer = schema.BufferT()
        buffer.data = steps.reshape(-1).view(np.uint8)
        self._model.buffers.append(buffer)
        return len(self._model.buffers) - 1

    def _fill(self, graph: Any, signature: Any) -> None:
        """Make constants of the inputs that are matrices."""
        filled = {}
        for entry in signature.inputs:
            name = entry.name.decode()
            if name in self._matrices:
                filled[entry.tensorIndex] = name
        for index, name in filled.items():
            tensor, matrix = graph.tensors[index], self._matrices[name]
            if tuple(tensor.shape) != matrix.steps.shape:
                raise ValueError(f"{name} is {matrix.steps.shape}, not {tuple(tensor.shape)}")
            tensor.type, tensor.buffer = schema.TensorType.INT8, self._stored[name]
            tensor.quantization = schema.QuantizationParametersT()
            tensor.quantization.scale = matrix.scales
            tensor.quantization.zeroPoint = np.zeros(len(matrix.scales), np.int64)
            tensor.quantization.quantizedDimension = 0
        graph.inputs = [index for index in graph.inputs if index not in filled]
        signature.inputs = [e for e in signature.inputs if e.tensorIndex not in filled]

    def _tell_products(self, graph: Any) -> None:
        """Say of each product with eight bits that its inputs are rounded about their middle."""
        for operator in graph.operators:
            code = self._model.operatorCodes[operator.opcodeIndex]
            if code.builtinCode != schema.BuiltinOperator.FULLY_CONNECTED:
                continue
            if graph.tensors[operator.inputs[1]].type == schema.TensorType.INT8:
                operator.builtinOptions.asymmetricQuantizeInputs = True
                code.version = max(code.version, _FULLY_CONNECTED_VERSION)


def _tell_halves(model: Any, graph: Any) -> None:
    """Say what is done with halves as LiteRT does it fast.

    Its product stands in for the operation that the converter has left as unknown;
    and "quantize", which XNNPACK computes and may be to or from halves, for a cast.
    """
    product = _code_of(schema.BuiltinOperator.BATCH_MATMUL, version=1)
    convert = _code_of(schema.BuiltinOperator.QUANTIZE, version=1)
    first = len(model.operatorCodes)
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        if code.builtinCode == schema.BuiltinOperator.CUSTOM:
            if code.customCode != b"BatchMatMulV2":
                raise ValueError(f"LiteRT has no {code.customCode!r}")
            told = flexbuffers.Loads(bytes(operator.customOptions))
            operator.customOptions, operator.opcodeIndex = None, first
            operator.builtinOptionsType = schema.BuiltinOptions.BatchMatMulOptions
            operator.builtinOptions = schema.BatchMatMulOptionsT()
            operator.builtinOptions.adjX, operator.builtinOptions.adjY = (
                told["adj_x"],
                told["adj_y"],
            )
        elif code.builtinCode == schema.BuiltinOperator.CAST:
            kinds = {graph.tensors[place].type for place in (*operator.inputs, *operator.outputs)}
            if kinds == {schema.TensorType.FLOAT16, schema.TensorType.FLOAT32}:
                operator.opcodeIndex = first + 1
                operator.builtinOptionsType = schema.BuiltinOptions.QuantizeOptions
                operator.builtinOptions = schema.QuantizeOptionsT()
    model.operatorCodes = [*model.operatorCodes, product, convert]


def _code_of(operation: int, version: int) -> Any:
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = operation
    code.version = version
    return code


def _with_rows(graph: Any, name: str, rows: int) -> Any:
    """A copy of the graph in which every open size of an input is that of so many rows."""
    graph = copy.copy(graph)
    graph.name, graph.tensors = name, list(graph.tensors)
    for index, tensor in enumerate(graph.tensors):
        if tensor.shapeSignature is None or -1 not in tensor.shapeSignature:
            continue
        settled = graph.tensors[index] = copy.copy(tensor)
        settled.shape = np.where(tensor.shapeSignature == -1, rows, tensor.shape)
        settled.shapeSignature = None
    return graph
