import random
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

from services.worker.engines.errors import ModelFileError
from services.worker.engines.models.gguf_file import GgufFile
from tests.tools.tiny_llama import tiny_llama


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tiny_llama().write(tmp_path_factory.mktemp("gguf") / "tiny.gguf").read_bytes()


def read_all(path: Path) -> None:
    with GgufFile(path) as file:
        for name, stored in file.tensors.items():
            file.tensor(name, stored.shape)


def test_it_reads_what_the_gguf_package_reads(tmp_path: Path) -> None:
    path = tiny_llama().write(tmp_path / "tiny.gguf")
    theirs = gguf.GGUFReader(path)
    with GgufFile(path) as ours:
        fields = {key: field.contents() for key, field in theirs.fields.items()}
        assert ours.metadata == {k: v for k, v in fields.items() if not k.startswith("GGUF.")}
        assert ours.tensors.keys() == {tensor.name for tensor in theirs.tensors}
        for tensor in theirs.tensors:
            shape = tuple(int(n) for n in tensor.shape[::-1])
            np.testing.assert_array_equal(ours.tensor(tensor.name, shape), tensor.data)


@pytest.mark.parametrize("kind", ["Q4_1", "Q8_0", "F16", "BF16"])
def test_quantized_tensors_are_dequantized(tmp_path: Path, kind: str) -> None:
    values = np.random.default_rng(0).standard_normal((6, 64)).astype(np.float32)
    code = gguf.GGMLQuantizationType[kind]
    writer = gguf.GGUFWriter(tmp_path / "q.gguf", "llama")
    writer.add_tensor("w", gguf.quantize(values, code), raw_dtype=code)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with GgufFile(tmp_path / "q.gguf") as file:
        found = file.tensor("w", (6, 64))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, values, atol=0.2)
    np.testing.assert_array_equal(found, gguf.dequantize(gguf.quantize(values, code), code))


def test_a_file_cut_anywhere_is_refused(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "cut.gguf"
    for length in [*range(400), *range(400, len(whole), 997), len(whole) - 4]:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError):
            read_all(path)


def test_flipped_bytes_are_read_or_refused(tmp_path: Path, whole: bytes) -> None:
    numbers, path, refused = random.Random(1), tmp_path / "flipped.gguf", 0
    header = whole.index(b"token_embd.weight") + 1500
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(numbers.randint(1, 4)):
            damaged[numbers.randrange(header)] = numbers.randrange(256)
        path.write_bytes(damaged)
        try:
            read_all(path)
        except ModelFileError:
            refused += 1
    assert refused > 300


def header(*parts: bytes, tensors: int = 0, entries: int = 0, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, entries) + b"".join(parts)


def string(text: bytes) -> bytes:
    return struct.pack("<Q", len(text)) + text


HUGE = 2**63
HOSTILE = {
    "not a GGUF file": b"PK\x03\x04" + bytes(100),
    "version 1": header(version=1),
    "header entries": header(tensors=HUGE),
    "more than": header(entries=HUGE),
    "beyond the file": header(struct.pack("<Q", HUGE), entries=1),
    "ends beyond": header(string(b"k"), struct.pack("<IIQ", 9, 4, HUGE), bytes(64), entries=1),
    "cut short": header(string(b"k"), struct.pack("<IIQ", 9, 8, HUGE), bytes(64), entries=1),
    "unknown type 9": header(string(b"k"), struct.pack("<IIQ", 9, 9, 1), bytes(64), entries=1),
    "unknown type 77": header(string(b"k"), struct.pack("<I", 77), bytes(64), entries=1),
    "not UTF-8": header(string(b"\xff"), struct.pack("<IB", 0, 0), entries=1),
    "alignment": header(
        string(b"general.alignment"), struct.pack("<II", 4, 0), bytes(64), entries=1
    ),
    "dimensions": header(string(b"t"), struct.pack("<I", 9), bytes(200), tensors=1),
    "unknown kind": header(string(b"t"), struct.pack("<IQIQ", 1, 4, 999, 0), bytes(64), tensors=1),
    "a row of 0": header(string(b"t"), struct.pack("<IQIQ", 1, 0, 0, 0), bytes(64), tensors=1),
    "in blocks of 32": header(string(b"t"), struct.pack("<IQIQ", 1, 5, 3, 0), bytes(64), tensors=1),
    "tensor t ends": header(
        string(b"t"), struct.pack("<IQIQ", 1, HUGE, 0, 0), bytes(64), tensors=1
    ),
    "t ends beyond": header(
        string(b"t"), struct.pack("<IQIQ", 1, 4, 0, HUGE), bytes(64), tensors=1
    ),
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_hostile_headers_are_refused_with_the_reason(tmp_path: Path, reason: str) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(HOSTILE[reason])
    with pytest.raises(ModelFileError, match=reason):
        read_all(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="No such file"):
        GgufFile(tmp_path / "none.gguf")


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    norm = np.full(32, np.nan, np.float32)
    path = tiny_llama().having("output_norm.weight", norm).write(tmp_path / "nan.gguf")
    with (
        GgufFile(path) as file,
        pytest.raises(ModelFileError, match=r"output_norm\.weight holds values"),
    ):
        file.tensor("output_norm.weight", (32,))
