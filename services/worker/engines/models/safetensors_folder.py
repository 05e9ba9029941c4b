"""The tensors of a folder of safetensors files, as float32.

Decides which files hold them: `model.safetensors`, or those that
`model.safetensors.index.json` names, which lie in the folder itself. Pickled
weights are refused. Knows no architecture. The headers are checked by the
`safetensors` package, before any weight is read.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from services.worker.engines.errors import ModelFileError
from services.worker.engines.json_file import read_json

ONE_FILE, INDEX = "model.safetensors", "model.safetensors.index.json"
_KINDS = ("F32", "F16", "BF16")
_MOST_FILES = 1000


class SafetensorsFolder:
    """The open files. `shapes` is complete once they are open."""

    def __init__(self, folder: Path) -> None:
        self._files = ExitStack()
        self._holders: dict[str, Any] = {}
        try:
            for name, members in _files(folder).items():
                self._open(folder / name, members)
            self._shapes = {name: self._shape(name) for name in self._holders}
        except BaseException:
            self._files.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._files.close()

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """All tensors there are; rows first."""
        return self._shapes

    def tensor(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """A tensor's values, refused unless it has this shape and is finite."""
        if name not in self._shapes:
            raise ModelFileError(f"tensor {name} is missing")
        if self._shapes[name] != shape:
            raise ModelFileError(f"tensor {name} is {self._shapes[name]}, not {shape}")
        try:
            values = np.ascontiguousarray(self._holders[name].get_tensor(name), np.float32)
        except SafetensorError as error:
            raise ModelFileError(f"tensor {name}: {error!s:.200}") from error
        if not np.isfinite(values).all():
            raise ModelFileError(f"tensor {name} holds values that are not finite")
        return values

    def _open(self, path: Path, members: frozenset[str] | None) -> None:
        try:
            file = self._files.enter_context(safe_open(path, framework="numpy"))
            found = frozenset(file.keys())
        except (SafetensorError, OSError) as error:
            raise ModelFileError(f"{path.name}: {error!s:.200}") from error
        if members is not None and members != found:
            odd = min(members ^ found)
            raise ModelFileError(f"{path.name} and {INDEX} do not agree on tensor {odd:.80}")
        self._holders |= dict.fromkeys(found, file)

    def _shape(self, name: str) -> tuple[int, ...]:
        stored = self._holders[name].get_slice(name)
        if stored.get_dtype() not in _KINDS:
            kinds = ", ".join(_KINDS)
            raise ModelFileError(f"tensor {name:.80} is {stored.get_dtype()}, not one of {kinds}")
        return tuple(stored.get_shape())


def _files(folder: Path) -> Mapping[str, frozenset[str] | None]:
    """Each file, and the tensors that it must hold if that is written anywhere."""
    if (folder / ONE_FILE).is_file():
        return {ONE_FILE: None}
    if not (folder / INDEX).is_file():
        if pickled := sorted([*folder.glob("*.bin"), *folder.glob("*.pt*")]):
            raise ModelFileError(
                f"{pickled[0].name} is pickled, which can run code when it is read:"
                f" convert it to {ONE_FILE}"
            )
        raise ModelFileError(f"neither {ONE_FILE} nor {INDEX} is there")
    placed = read_json(folder / INDEX).get("weight_map")
    if not isinstance(placed, dict) or not placed:
        raise ModelFileError(f"{INDEX}: weight_map is missing")
    found: dict[str, set[str]] = {}
    for tensor, file in placed.items():
        found.setdefault(_plain(file), set()).add(tensor)
    if len(found) > _MOST_FILES:
        raise ModelFileError(f"{INDEX} names more than {_MOST_FILES} files")
    return {file: frozenset(tensors) for file, tensors in found.items()}


def _plain(file: object) -> str:
    """The name of a file of the folder itself."""
    if not isinstance(file, str) or not file.endswith(".safetensors") or Path(file).name != file:
        raise ModelFileError(f"{INDEX} names {file!r:.80}, which is no safetensors file beside it")
    return file
