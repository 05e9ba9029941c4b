import hashlib
from pathlib import Path
from typing import Any


def test_a_file_is_named_with_its_hash(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "Tiny.gguf"
    path.write_bytes(b"weights")
    done = run("fetch", str(path))
    assert done.stdout == f"tiny: {path}\nsha256 {hashlib.sha256(b'weights').hexdigest()}\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_model_is_told_with_the_known(run: Any) -> None:
    done = run("fetch", "gpt-17")
    assert done.returncode == 1
    assert done.stderr.startswith("evenflow: no model called 'gpt-17'; there is smollm2-135m")


def test_settings_that_cannot_be_used_are_told(run: Any) -> None:
    done = run("fetch", EVENFLOW_WORKER_SLOTS="0")
    assert done.returncode == 2
    assert "EVENFLOW_WORKER_SLOTS '0': must be at least 1" in done.stderr


def test_a_precision_that_there_is_not_is_told(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"weights")
    done = run("fetch", str(path), "--precision", "int4")
    assert done.returncode == 2
    assert "int4" in done.stderr


def test_what_cannot_be_converted_is_told(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"weights")
    done = run(
        "fetch", str(path), "--precision", "int8", EVENFLOW_WORKER_CACHE_DIR=str(tmp_path / "cache")
    )
    assert done.returncode == 1
    assert "tiny could not be converted to int8" in done.stderr
