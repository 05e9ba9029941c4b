import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from services.worker.engines.errors import ModelFileError, ModelUnavailableError
from services.worker.engines.litert_cache import converted, revision
from services.worker.engines.litert_shapes import Shapes
from services.worker.engines.models import ModelFile
from services.worker.engines.pretrained import open_pretrained
from tests.tools.tiny_llama import tiny_llama

pytestmark = pytest.mark.timeout(300)  # TensorFlow starts in processes of their own

SHAPES = Shapes(slots=1, context=100)


def model_file(path: Path) -> ModelFile:
    return ModelFile("tiny", path, hashlib.sha256(path.read_bytes()).hexdigest())


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
    assert sorted(bool(said) for said in told) == [False, True]
    assert sorted(path.name for path in found[0].iterdir()) == [
        "embedding.npy",
        "graphs.tflite",
        "packed.xnnpack",
    ]
    kept = {path.name for path in (tmp_path / "cache").iterdir()}
    assert kept == {found[0].name, f"{found[0].name}.lock"}
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


def test_what_cannot_be_converted_leaves_nothing(tmp_path: Path) -> None:
    model = model_file(tiny_llama().without("blk.1.ffn_up.weight").write(tmp_path / "cut.gguf"))
    with pytest.raises(ModelUnavailableError, match=r"blk\.1\.ffn_up\.weight is missing"):
        converted(model, tmp_path / "cache", SHAPES, lambda what, fraction: None)
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".lock"]


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


def test_revisions_differ_by_weights() -> None:
    assert revision("a" * 64) != revision("b" * 64)
    assert revision("a" * 64) == revision("a" * 64)
