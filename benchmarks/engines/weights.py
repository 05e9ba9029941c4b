"""The same weights in the formats that rivals run.

Decides how a GGUF file is written anew in another number format: every matrix
is dequantized to float32 and rounded to that format, every vector stays as it
is. The copies lie in a folder of the caller's, made once. Knows no rival.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf

FORMATS = {
    "F32": gguf.GGMLQuantizationType.F32,
    "BF16": gguf.GGMLQuantizationType.BF16,
    "Q8_0": gguf.GGMLQuantizationType.Q8_0,
}


def weights(source: Path, kind: str, folder: Path, said: Callable[[str], None]) -> Path:
    """The path of `source` in another format; `source` itself for the one it has (Q4_1)."""
    if kind not in FORMATS:
        return source
    kept = folder / f"{source.stem}.{kind}.gguf"
    if not kept.exists():
        said(f"writing the weights as {kind}")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            whole = Path(scratch) / "whole.gguf"
            _rewrite(source, FORMATS[kind], whole)
            whole.replace(kept)
    return kept


def _rewrite(source: Path, kind: gguf.GGMLQuantizationType, target: Path) -> None:
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, "llama")
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name != gguf.Keys.General.ARCHITECTURE:
            _copy(field, writer, kind)
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type)
        wanted = kind if values.ndim > 1 else gguf.GGMLQuantizationType.F32
        writer.add_tensor(tensor.name, gguf.quantize(values, wanted), raw_dtype=wanted)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _copy(field: Any, writer: gguf.GGUFWriter, kind: gguf.GGMLQuantizationType) -> None:
    value = field.contents()
    if field.name == gguf.Keys.General.FILE_TYPE:
        value = gguf.LlamaFileType[{"F32": "ALL_F32"}.get(kind.name, f"MOSTLY_{kind.name}")]
    inner = field.types[-1] if len(field.types) > 1 else None
    writer.add_key_value(field.name, value, field.types[0], inner)
