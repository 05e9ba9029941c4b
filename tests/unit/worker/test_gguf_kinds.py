"""Each kind of tensor in a GGUF file, against its definition, written out one value at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.gguf_file import GgufFile

Block = Callable[[bytes], Iterator[float]]


def half(raw: bytes) -> float:
    return float(np.frombuffer(raw, np.float16)[0])


def q8_0(raw: bytes) -> Iterator[float]:
    yield from (half(raw[:2]) * value for value in np.frombuffer(raw[2:], np.int8).tolist())


def nibbles(raw: bytes) -> list[int]:
    return [byte & 15 for byte in raw] + [byte >> 4 for byte in raw]


def q4_0(raw: bytes) -> Iterator[float]:
    yield from (half(raw[:2]) * (value - 8) for value in nibbles(raw[2:]))


def q4_1(raw: bytes) -> Iterator[float]:
    yield from (half(raw[:2]) * value + half(raw[2:4]) for value in nibbles(raw[4:]))


def q4_k(raw: bytes) -> Iterator[float]:
    scale, least, packed, values = half(raw[:2]), half(raw[2:4]), raw[4:16], raw[16:]
    for part in range(8):
        if part < 4:
            factor, below = packed[part] & 63, packed[part + 4] & 63
        else:
            factor = packed[part + 4] & 15 | packed[part - 4] >> 6 << 4
            below = packed[part + 4] >> 4 | packed[part] >> 6 << 4
        chunk = values[part // 2 * 32 : part // 2 * 32 + 32]
        for byte in chunk:
            value = byte >> 4 if part % 2 else byte & 15
            yield scale * factor * value - least * below


def q6_k(raw: bytes) -> Iterator[float]:
    low, high, factors = raw[:128], raw[128:192], np.frombuffer(raw[192:208], np.int8).tolist()
    scale = half(raw[208:])
    for place in range(256):
        part, at = divmod(place, 128)
        quarter, column = divmod(at, 32)
        byte = low[64 * part + 32 * (quarter % 2) + column]
        four = byte >> 4 if quarter >= 2 else byte & 15
        two = high[32 * part + column] >> 2 * quarter & 3
        yield scale * factors[8 * part + at // 16] * ((four | two << 4) - 32)


def floats(kind: str) -> Block:
    def read(raw: bytes) -> Iterator[float]:
        if kind == "BF16":
            wide = np.frombuffer(raw, np.uint16).astype(np.uint32) << 16
            yield from wide.view(np.float32).tolist()
        else:
            yield from np.frombuffer(raw, {"F16": np.float16, "F32": np.float32}[kind]).tolist()

    return read


KINDS: dict[str, Block] = {
    **{kind: floats(kind) for kind in ("F32", "F16", "BF16")},
    "Q8_0": q8_0,
    "Q4_0": q4_0,
    "Q4_1": q4_1,
    "Q4_K": q4_k,
    "Q6_K": q6_k,
}
SCALES = {"Q8_0": (0,), "Q4_0": (0,), "Q4_1": (0, 2), "Q4_K": (0, 2), "Q6_K": (208,)}


def blocks(kind: str, count: int) -> np.ndarray:
    """Random ones, their scales made numbers."""
    length = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]][1]
    random = np.random.default_rng(len(kind))
    if kind not in SCALES:
        values = random.standard_normal(count * 32).astype(np.float32)
        if kind == "BF16":
            return (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8)
        return values.astype({"F16": np.float16, "F32": np.float32}[kind]).view(np.uint8)
    raw = random.integers(0, 256, (count, length), np.uint8)
    for at in SCALES[kind]:
        scales = random.standard_normal(count).astype(np.float16)
        raw[:, at : at + 2] = scales.view(np.uint8).reshape(count, 2)
    return raw


def write(path: Path, kind: str, raw: np.ndarray, rows: int) -> tuple[int, int]:
    code = gguf.GGMLQuantizationType[kind]
    block, length = gguf.GGML_QUANT_SIZES[code]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_tensor("w", raw.reshape(rows, -1), raw_dtype=code)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return rows, raw.size // length * block // rows


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_as_it_is_defined(tmp_path: Path, kind: str) -> None:
    raw = blocks(kind, 6)
    shape = write(tmp_path / "k.gguf", kind, raw, rows=3)
    length = gguf.GGML_QUANT_SIZES[gguf.GGMLQuantizationType[kind]][1]
    whole = raw.reshape(-1).tobytes()
    step = length if kind in SCALES else len(whole)
    expected = [x for at in range(0, len(whole), step) for x in KINDS[kind](whole[at : at + step])]
    with GgufFile(tmp_path / "k.gguf") as file:
        found = file.tensor("w", shape)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.ravel(), np.array(expected, np.float32), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0", "Q4_1", "F16", "BF16", "F32"])
def test_what_was_rounded_comes_back_nearly(tmp_path: Path, kind: str) -> None:
    values = np.random.default_rng(0).standard_normal((6, 64)).astype(np.float32)
    rounded = gguf.quantize(values, gguf.GGMLQuantizationType[kind]).view(np.uint8)
    write(tmp_path / "q.gguf", kind, rounded, rows=6)
    with GgufFile(tmp_path / "q.gguf") as file:
        np.testing.assert_allclose(file.tensor("w", (6, 64)), values, atol=0.3)


@pytest.mark.parametrize("kind", SCALES)
@pytest.mark.parametrize("scale", [np.nan, np.inf])
def test_a_scale_that_is_no_number_is_refused(tmp_path: Path, kind: str, scale: float) -> None:
    raw = blocks(kind, 3)
    at = SCALES[kind][-1]
    raw[1, at : at + 2] = np.array([scale], np.float16).view(np.uint8)
    shape = write(tmp_path / "nan.gguf", kind, raw, rows=1)
    with (
        GgufFile(tmp_path / "nan.gguf") as file,
        pytest.raises(ModelFileError, match="w holds values that are not finite"),
    ):
        file.tensor("w", shape)
