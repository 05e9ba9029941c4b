"""Reads a GGUF file: its metadata, and its tensors as float32.

Decides whether the bytes are a well-formed GGUF file. Every count, length,
offset and dimension is checked against the file's size before it is used;
anything else is a `ModelFileError`. Knows no architecture. The header is read
here because `gguf.GGUFReader` trusts it (80 bytes that claim an array of 2^60
items keep it busy for ever) and takes 2.4 s where this takes 0.2; block sizes
and dequantization are that package's.
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import gguf
import numpy as np
from numpy.typing import NDArray

from services.worker.engines.errors import ModelFileError

_SCALARS = {
    gguf.GGUFValueType.UINT8: "<u1",
    gguf.GGUFValueType.INT8: "<i1",
    gguf.GGUFValueType.UINT16: "<u2",
    gguf.GGUFValueType.INT16: "<i2",
    gguf.GGUFValueType.UINT32: "<u4",
    gguf.GGUFValueType.INT32: "<i4",
    gguf.GGUFValueType.FLOAT32: "<f4",
    gguf.GGUFValueType.BOOL: "?",
    gguf.GGUFValueType.UINT64: "<u8",
    gguf.GGUFValueType.INT64: "<i8",
    gguf.GGUFValueType.FLOAT64: "<f8",
}
_MOST_ENTRIES = 1 << 16
_MOST_DIMENSIONS = 4
_LARGEST_ALIGNMENT = 1 << 16
_LONGEST_HEADER = 1 << 27  # bytes; as Python values they take up to 8 times as much
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor lies. `shape` is numpy's: rows first."""

    shape: tuple[int, ...]
    kind: gguf.GGMLQuantizationType
    offset: int
    size: int


class GgufFile:
    """An open file. `metadata` and `tensors` are complete once it is open."""

    def __init__(self, path: Path) -> None:
        try:
            self._file: BinaryIO = path.open("rb")
        except OSError as error:
            raise ModelFileError(error.strerror or "cannot be opened") from error
        try:
            self._size = os.fstat(self._file.fileno()).st_size
            self._end = min(self._size, _LONGEST_HEADER)
            self.metadata, self.tensors = self._read_header()
            self._end = self._size
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """All tensors there are; rows first."""
        return {name: stored.shape for name, stored in self.tensors.items()}

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """A tensor's values, refused unless it has this shape and is finite."""
        stored = self.tensors.get(name)
        if stored is None:
            raise ModelFileError(f"tensor {name} is missing")
        if stored.shape != shape:
            raise ModelFileError(f"tensor {name} is {stored.shape}, not {shape}")
        self._file.seek(stored.offset)
        raw = np.frombuffer(self._take(stored.size), dtype=np.uint8)
        try:
            # A scale that is no number makes values that are none, and is found there.
            with np.errstate(invalid="ignore", over="ignore"):
                values = gguf.dequantize(raw.reshape(*shape[:-1], -1), stored.kind)
        except NotImplementedError as error:
            raise ModelFileError(f"tensor {name}: no reader for {stored.kind.name}") from error
        values = np.ascontiguousarray(values, dtype=np.float32)
        if not np.isfinite(values).all():
            raise ModelFileError(f"tensor {name} holds values that are not finite")
        return values

    def _read_header(self) -> tuple[Mapping[str, object], Mapping[str, StoredTensor]]:
        if self._take(4) != b"GGUF":
            raise ModelFileError("not a GGUF file")
        version = self._integer("<I")
        if version not in (2, 3):
            raise ModelFileError(f"GGUF version {version} is not supported")
        tensor_count, entry_count = self._integer("<Q"), self._integer("<Q")
        if max(tensor_count, entry_count) > _MOST_ENTRIES:
            raise ModelFileError(f"more than {_MOST_ENTRIES} header entries")
        metadata: dict[str, object] = {}
        for _ in range(entry_count):
            key = self._name()
            if key in metadata:
                raise ModelFileError(f"metadata {key} stands twice")
            metadata[key] = self._value(self._integer("<I"))
        placed = [self._placed() for _ in range(tensor_count)]
        if len({name for name, _ in placed}) < len(placed):
            raise ModelFileError("a tensor stands twice")
        start = _aligned(self._file.tell(), metadata.get("general.alignment", 32))
        return metadata, {name: self._within(start, name, tensor) for name, tensor in placed}

    def _placed(self) -> tuple[str, StoredTensor]:
        name, dimensions = self._name(), self._integer("<I")
        if not 1 <= dimensions <= _MOST_DIMENSIONS:
            raise ModelFileError(f"tensor {name} has {dimensions} dimensions")
        shape = tuple(self._integer("<Q") for _ in range(dimensions))[::-1]
        try:
            kind = gguf.GGMLQuantizationType(self._integer("<I"))
        except ValueError as error:
            raise ModelFileError(f"tensor {name} is of an unknown kind") from error
        block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
        if 0 in shape or shape[-1] % block:
            raise ModelFileError(f"tensor {name} has a row of {shape[-1]} in blocks of {block}")
        size = prod(shape) // block * block_bytes
        return name, StoredTensor(shape, kind, self._integer("<Q"), size)

    def _within(self, start: int, name: str, tensor: StoredTensor) -> StoredTensor:
        offset = start + tensor.offset
        if offset + tensor.size > self._size:
            raise ModelFileError(f"cut short: tensor {name} ends beyond the file")
        return StoredTensor(tensor.shape, tensor.kind, offset, tensor.size)

    def _value(self, code: int) -> object:
        if code == gguf.GGUFValueType.ARRAY:
            item, count = self._integer("<I"), self._integer("<Q")
            return self._array(item, count)
        return self._array(code, 1)[0]

    def _array(self, code: int, count: int) -> list[object]:
        if code == gguf.GGUFValueType.STRING:
            # A string takes 8 bytes at least, so a false count ends with the file.
            return [self._string() for _ in range(count)]
        kind = _SCALARS.get(code)  # type: ignore[call-overload]
        if kind is None:
            raise ModelFileError(f"metadata of unknown type {code}")
        values = np.frombuffer(self._take(count * np.dtype(kind).itemsize), dtype=kind)
        return list(values.tolist())

    def _name(self) -> str:
        name = self._string()
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise ModelFileError(
                f"a name of {len(name)} characters, or with some that do not print"
            )
        return name

    def _string(self) -> str:
        raw = self._take(self._integer("<Q"))
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise ModelFileError("a string is not UTF-8") from error

    def _integer(self, layout: str) -> int:
        (value,) = struct.unpack(layout, self._take(struct.calcsize(layout)))
        return int(value)

    def _take(self, count: int) -> bytes:
        if count > self._end - self._file.tell():
            if self._end < self._size:
                raise ModelFileError(f"the header takes more than {_LONGEST_HEADER} bytes")
            raise ModelFileError("cut short: the header or a tensor ends beyond the file")
        taken = self._file.read(count)
        if len(taken) != count:
            raise ModelFileError("cut short while it was read")
        return taken


def _aligned(position: int, alignment: object) -> int:
    if not isinstance(alignment, int) or not 1 <= alignment <= _LARGEST_ALIGNMENT:
        raise ModelFileError(f"alignment {alignment!r} is out of range")
    return -(-position // alignment) * alignment
