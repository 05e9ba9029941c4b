"""Runs the graphs of a converted file in LiteRT, on memory that is ours.

Decides how LiteRT is opened and how arrays become its buffers. Knows no model.
"""

import atexit
import ctypes
import os
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeAlias

import ai_edge_litert
import numpy as np
from ai_edge_litert.compiled_model import (
    CompiledModel,
    CpuOptions,
    Options,
)
from numpy.typing import NDArray

from services.worker.engines.start_up_notes import without_notes

ALIGNMENT = 64
_KINDS = {np.dtype(np.float32): 1, np.dtype(np.float16): 10}  # LiteRT's numbers
_CAPSULE_NAME = b"LiteRtTensorBuffer"
_LIBRARY = ctypes.CDLL(str(Path(ai_edge_litert.__file__).parent / "libLiteRt.so"))
_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype = ctypes.py_object
_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class _Layout(ctypes.Structure):
    _fields_ = (
        ("rank", ctypes.c_uint32),  # and a bit that says whether there are strides
        ("dimensions", ctypes.c_int32 * 8),
        ("strides", ctypes.c_uint32 * 8),
    )


class _TensorType(ctypes.Structure):
    _fields_ = (("element", ctypes.c_int), ("layout", _Layout))


Buffer: TypeAlias = Any  # LiteRT's, untyped
_NOTE = re.compile(rb"^(INFO|WARNING|VERBOSE): |^\xe2\x94\x94 Could not load shared library")


class LiteRtRuntime:
    """The graphs of one file, by name."""

    def __init__(self, file: Path, packed: Path | None, threads: int) -> None:
        """Open `file`; `packed` keeps the matrices as this processor wants them, None: memory."""
        kept = "" if packed is None else str(packed)
        options = CpuOptions(num_threads=threads, xnnpack_weight_cache_path=kept)
        atexit.register(_end_in_silence)
        with without_notes(_NOTE):
            self._model = CompiledModel.from_file(str(file), options=Options(cpu_options=options))
        # Its own `run_by_index` takes only buffers that Python has made; see `buffer`.
        self._native = self._model._model
        self._has_run = False
        signatures = self._model.get_signature_list()
        self._inputs = {name: tuple(entry["inputs"]) for name, entry in signatures.items()}
        self._outputs = {name: tuple(entry["outputs"]) for name, entry in signatures.items()}
        self._index = {name: self._model.get_signature_index(name) for name in signatures}

    def inputs(self, graph: str) -> tuple[str, ...]:
        """Names of what a graph takes, in the order that `run` wants."""
        return self._inputs[graph]

    def outputs(self, graph: str) -> tuple[str, ...]:
        """Names of what a graph gives, in the order that `run` wants."""
        return self._outputs[graph]

    def run(self, graph: str, inputs: list[Buffer], outputs: list[Buffer]) -> None:
        """Run a graph once. Buffers lie in memory from `zeros`."""
        # Its first run notes what it runs on.
        with nullcontext() if self._has_run else without_notes(_NOTE):
            self._native.RunByIndex(self._index[graph], inputs, outputs)
        self._has_run = True


def _end_in_silence() -> None:
    """Drop what LiteRT's destructors note, after all that Python has to say has been said."""
    sys.stderr.flush()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)


def zeros(*shape: int) -> NDArray[np.float32]:
    """Memory that LiteRT can use as it lies."""
    count = int(np.prod(shape))
    raw = np.zeros(count * 4 + ALIGNMENT, np.uint8)
    first = -raw.ctypes.data % ALIGNMENT
    return raw[first : first + count * 4].view(np.float32).reshape(shape)


def buffer(memory: NDArray[Any]) -> Buffer:
    """A buffer that is this memory, which must outlive it.

    By LiteRT's C interface: the Python one forgets the memory's shape, and a
    graph takes no buffer of another shape than its own.
    """
    if memory.ctypes.data % ALIGNMENT or not memory.flags.c_contiguous:
        raise ValueError("LiteRT would copy this memory")
    layout = _Layout(memory.ndim, memory.shape)
    kind, made = _TensorType(_KINDS[memory.dtype], layout), ctypes.c_void_p()
    address, size = ctypes.c_void_p(memory.ctypes.data), ctypes.c_size_t(memory.nbytes)
    status = _LIBRARY.LiteRtCreateTensorBufferFromHostMemory(
        ctypes.byref(kind), address, size, None, ctypes.byref(made)
    )
    if status:
        raise MemoryError(f"LiteRT made no buffer: status {status}")
    return _capsule(made, _CAPSULE_NAME, None)
