import errno
import hashlib
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.worker.engines.engine import Row
from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.litert import cache as litert_cache
from services.worker.engines.litert import open as litert_open
from services.worker.engines.litert.cache import converted
from services.worker.engines.litert.model import LiteRtModel
from services.worker.engines.litert.open import open_converted, revision
from services.worker.engines.litert.shapes import Shapes
from services.worker.engines.models.finding import ModelFile
from services.worker.engines.models.gguf_model import GgufModel
from services.worker.engines.pretrained import open_pretrained
from tests.tools.tiny_llama import tiny_llama

pytestmark = pytest.mark.timeout(300)  # TensorFlow starts in processes of their own

SHAPES = Shapes(slots=1, context=100)


def model_file(path: Path, name: str = "tiny") -> ModelFile:
    return ModelFile(name, path, hashlib.sha256(path.read_bytes()).hexdigest())


def test_two_at_once_convert_once(tmp_path: Path) -> None:
    model = model_file(tiny_llama().write(tmp_path / "tiny.gguf"))
    told: list[list[str]] = [[], []]
    found: list[Path] = []

    def work(number: int) -> None:
        found.append(
            converted(model, tmp_path / "cache", SHAPES, lambda what, _: told[number].append(what))
        )

    threads = [threading.Thread(target=work, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]
    assert any(said[0].startswith("waiting: another") for said in told)
    kept = {path.name.rpartition("-")[0] or path.name for path in (tmp_path / "cache").iterdir()}
    assert kept == {"tiny-int8", "tiny-rounded", "tiny"}  # the last one is the lock
    # What is kept is opened and run without TensorFlow.
    program = (
        "import sys; from pathlib import Path\n"
        "from services.worker.engines.engine import Row\n"
        "from services.worker.engines.pretrained import open_pretrained\n"
        "path, cache = map(Path, sys.argv[1:])\n"
        "_, model, _ = open_pretrained(str(path), cache, slots=1, context=100, precision='int8')\n"
        "assert model.decode([Row(0, 0, 1)]).any()\n"
        "assert 'tensorflow' not in sys.modules, 'TensorFlow was imported'\n"
    )
    command = [sys.executable, "-c", program, str(model.path), str(tmp_path / "cache")]
    subprocess.run(command, check=True)


def test_who_is_killed_takes_the_converting_process_along(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from services.worker.engines.litert.cache import converted\n"
        "from services.worker.engines.litert.shapes import Shapes\n"
        "from services.worker.engines.models.finding import ModelFile\n"
        "model, cache = map(Path, sys.argv[1:])\n"
        "converted(ModelFile('m', model, 'sha'), cache, Shapes(1, 100), lambda *_: None)\n"
    )
    (tmp_path / "m").mkdir()
    config = tmp_path / "m" / "config.json"
    os.mkfifo(config)  # to read it takes for ever
    command = [sys.executable, "-c", program, str(config.parent), str(tmp_path / "cache")]
    with subprocess.Popen(command) as parent:
        reading = config.open("wb")  # waits until the converting process reads
        (child,) = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        ended = os.pidfd_open(int(child))
        parent.kill()
    try:
        assert select.select([ended], [], [], 20)[0], "it runs on"
    finally:
        reading.close()
        os.close(ended)


def test_a_conversion_that_is_killed_without_a_word_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "killed"
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(ModelUnavailableError, match="it was ended by signal 9"):
        converted(ModelFile("m", tmp_path / "m", "sha"), tmp_path, SHAPES, lambda what, part: None)


def test_what_cannot_be_converted_leaves_nothing(tmp_path: Path) -> None:
    model = model_file(
        tiny_llama().without("blk.1.ffn_up.weight").write(tmp_path / "cut.gguf"), "cut"
    )
    with pytest.raises(ModelUnavailableError, match=r"blk\.1\.ffn_up\.weight is missing"):
        converted(model, tmp_path / "cache", SHAPES, lambda what, fraction: None)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["cut-int8.lock"]


def test_a_context_that_the_model_lacks_is_refused_before_it_is_converted(tmp_path: Path) -> None:
    path = tiny_llama().write(tmp_path / "tiny.gguf")
    with pytest.raises(ModelFileError, match="holds 2048 tokens, not 4096"):
        open_pretrained(str(path), tmp_path / "cache", context=4096, precision="int8")
    assert not (tmp_path / "cache").exists()


def test_without_litert_the_message_says_what_is_missing(tmp_path: Path) -> None:
    path = tiny_llama().write(tmp_path / "tiny.gguf")
    program = (
        "import sys; from pathlib import Path\n"
        "sys.modules['ai_edge_litert'] = None\n"
        "from services.worker.engines.errors import ModelUnavailableError\n"
        "from services.worker.engines.pretrained import open_pretrained\n"
        "try:\n"
        "    open_pretrained(sys.argv[1], Path('unused'), context=100, precision='int8')\n"
        "except ModelUnavailableError as error:\n"
        "    print(error)\n"
    )
    command = [sys.executable, "-c", program, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.startswith("int8 needs the package ai-edge-litert")


def opened(folder: Path, model: ModelFile) -> LiteRtModel:
    with GgufModel(model.path) as source:
        return open_converted(folder, source.config, SHAPES, threads=1, prefill_chunk=32)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ModelFile]:
    """A conversion, and the model that it is of."""
    base = tmp_path_factory.mktemp("kept")
    model = model_file(tiny_llama().write(base / "tiny.gguf"))
    return converted(model, base / "cache", SHAPES, lambda what, part: None), model


def test_another_number_of_slots_does_not_round_again(kept: tuple[Path, ModelFile]) -> None:
    folder, model = kept
    told: list[str] = []
    other = converted(model, folder.parent, Shapes(2, 100), lambda what, _: told.append(what))
    assert told
    assert not any("rounding" in what for what in told)
    assert other != folder
    assert revision(other) == revision(folder)
    assert revision(folder).endswith("-int8")


def test_what_was_made_ahead_is_read_and_never_written(
    kept: tuple[Path, ModelFile], tmp_path: Path
) -> None:
    folder, model = kept
    prepared = folder.parent
    before = sorted(prepared.rglob("*"))
    cache, told = tmp_path / "cache", list[str]()

    def convert(shapes: Shapes) -> Path:
        return converted(model, cache, shapes, lambda what, _: told.append(what), prepared)

    assert convert(SHAPES) == folder
    assert (told, cache.exists()) == ([], False)
    other = convert(Shapes(3, 100))
    assert other.parent == cache
    assert not any("rounding" in what for what in told)
    assert revision(other) == revision(folder)
    assert convert(Shapes(3, 100)) == other
    assert sorted(prepared.rglob("*")) == before


@pytest.mark.parametrize("times", [1, 3])
def test_what_is_let_go_before_it_is_opened_is_found_again(
    kept: tuple[Path, ModelFile], monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    folder, model = kept
    aside, goes = folder.with_name("aside"), iter([True] * times + [False])

    def found(*asked: Any) -> Path:
        if aside.exists():
            aside.rename(folder)  # as if converted again
        path = converted(*asked)
        if next(goes):
            path.rename(aside)
        return path

    monkeypatch.setattr(litert_cache, "converted", found)
    asked = {"slots": SHAPES.slots, "context": SHAPES.context, "precision": "int8"}
    if times == 1:
        _, found_again, _ = open_pretrained(str(model.path), folder.parent, **asked)
        assert found_again.revision == revision(folder)
        return
    with pytest.raises(ModelUnavailableError, match="other workers delete tiny in int8"):
        open_pretrained(str(model.path), folder.parent, **asked)
    aside.rename(folder)


def test_what_is_packed_is_kept_for_each_kind_of_processor(
    kept: tuple[Path, ModelFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, model = kept
    first, before = opened(folder, model), revision(folder)
    logits = first.decode([Row(0, 0, 1)])
    assert len(list(folder.glob("packed-*"))) == 1
    monkeypatch.setattr(litert_open, "this_kernel_class", lambda: "another")
    assert opened(folder, model).revision != before
    assert len(list(folder.glob("packed-*"))) == 2
    assert not list(folder.glob("packing-*"))
    np.testing.assert_array_equal(opened(folder, model).decode([Row(0, 0, 1)]), logits)


def test_a_folder_that_cannot_be_written_serves(
    kept: tuple[Path, ModelFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, model = kept
    expected = opened(folder, model).decode([Row(0, 0, 1)])
    monkeypatch.setattr(litert_open, "this_kernel_class", lambda: "read-only")

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(litert_open, "alone", refuse)
    assert converted(model, folder.parent, SHAPES, lambda what, part: None) == folder
    np.testing.assert_array_equal(opened(folder, model).decode([Row(0, 0, 1)]), expected)
    assert not list(folder.glob("packed-*read-only*"))


def test_a_disk_that_is_full_keeps_nobody_from_serving(kept: tuple[Path, ModelFile]) -> None:
    folder, model = kept
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from services.worker.engines.litert import open as litert_open\n"
        "from services.worker.engines.engine import Row\n"
        "from services.worker.engines.litert.shapes import Shapes\n"
        "from services.worker.engines.models.gguf_model import GgufModel\n"
        "litert_open.this_kernel_class = lambda: 'full'\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "with GgufModel(Path(sys.argv[2])) as source:\n"
        "    model = litert_open.open_converted(Path(sys.argv[1]), source.config,\n"
        "        Shapes(1, 100), threads=1, prefill_chunk=32)\n"
        "assert model.decode([Row(0, 0, 1)]).any()\n"
    )
    before = set(folder.iterdir())
    subprocess.run([sys.executable, "-c", program, str(folder), str(model.path)], check=True)
    assert set(folder.iterdir()) == before
