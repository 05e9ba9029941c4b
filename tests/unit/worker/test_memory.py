from dataclasses import replace
from pathlib import Path

import pytest

from services.worker.engines.errors import ModelFileError
from services.worker.engines.machine_memory import available_memory
from services.worker.engines.memory_need import (
    MemoryNeed,
    conversion_need,
    float32_need,
    in_mb,
    int8_need,
    refuse_beyond,
)
from services.worker.engines.models.llama_config import LlamaConfig
from services.worker.engines.pretrained import open_pretrained
from tests.tools.shapes import shapes

MB = 1 << 20
SMALL = LlamaConfig(
    vocabulary=49152,
    layers=30,
    width=576,
    hidden=1536,
    heads=9,
    kv_heads=3,
    head_size=64,
    context=8192,
    rope_base=1e5,
    norm_epsilon=1e-5,
)


def float32(config: LlamaConfig, slots: int, context: int) -> MemoryNeed:
    return float32_need(config, slots=slots, context=context, prefill_chunk=128, is_tied=True)


def test_weights_and_cache_are_counted_exactly() -> None:
    need = float32(SMALL, 8, 2048)
    assert need.weights == pytest.approx(134.5e6 * 4, rel=1e-3), "the model has 134.5 M weights"
    assert need.cache == 30 * 2 * 3 * 64 * 8 * 2048 * 4
    assert int8_need(SMALL, slots=8, context=2048, prefill_chunk=128).cache == need.cache // 2
    assert str(MemoryNeed(MB, 2 * MB, 1)) == "4 MB (weights 1, cache 2, working 1)"


def test_more_of_anything_needs_more() -> None:
    base = float32(SMALL, 8, 2048)
    assert float32(SMALL, 16, 2048).total > base.total
    assert float32(SMALL, 8, 4096).total > base.total
    assert float32(replace(SMALL, layers=31), 8, 2048).total > base.total
    assert int8_need(SMALL, slots=8, context=2048, prefill_chunk=128).total < base.total
    assert conversion_need(SMALL).total > 4 * 134e6


def system(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MEMINFO = "MemTotal: 9000 kB\nMemAvailable:    4096 kB\nBuffers: 1 kB\n"


def test_a_machine_without_limits(tmp_path: Path) -> None:
    files = {"proc/meminfo": MEMINFO, "proc/self/cgroup": "0::/\n"}
    assert available_memory(system(tmp_path, files)) == 4 * MB


def test_a_system_that_tells_nothing(tmp_path: Path) -> None:
    assert available_memory(tmp_path) is None


@pytest.mark.parametrize(
    ("group", "at"),
    [
        ("0::/pod/container\n", "sys/fs/cgroup/pod"),  # a limit of a group above
        ("0::/elsewhere\n", "sys/fs/cgroup"),  # only the container's root is mounted
    ],
)
def test_a_control_groups_limit(tmp_path: Path, group: str, at: str) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": group,
        f"{at}/memory.max": f"{3 * MB}\n",
        f"{at}/memory.current": f"{2 * MB}\n",
        f"{at}/memory.stat": f"anon 5\ninactive_file {MB // 2}\n",
    }
    assert available_memory(system(tmp_path, files)) == 3 * MB // 2


def test_an_older_control_groups_limit(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "5:cpu:/\n4:memory:/box\n",
        "sys/fs/cgroup/memory/box/memory.limit_in_bytes": f"{2 * MB}\n",
        "sys/fs/cgroup/memory/box/memory.usage_in_bytes": f"{MB}\n",
    }
    assert available_memory(system(tmp_path, files)) == MB


def test_no_limit_and_a_group_that_is_full(tmp_path: Path) -> None:
    files = {
        "proc/meminfo": MEMINFO,
        "proc/self/cgroup": "0::/\n",
        "sys/fs/cgroup/memory.max": "max\n",
        "sys/fs/cgroup/memory.current": "1\n",
    }
    assert available_memory(system(tmp_path, files)) == 4 * MB
    files |= {"sys/fs/cgroup/memory.max": "1\n", "sys/fs/cgroup/memory.current": "9\n"}
    assert available_memory(system(tmp_path, files)) == 0


@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_what_does_not_fit_is_refused_before_it_is_loaded(tmp_path: Path, precision: str) -> None:
    path = shapes()["qwen3"].write_folder(tmp_path / "qwen3")
    told: list[str] = []
    with pytest.raises(
        ModelFileError, match=r"qwen3: 4 slots of 500 tokens need about \d+ MB .*, 10 MB are allow"
    ):
        open_pretrained(
            str(path),
            tmp_path / "cache",
            slots=4,
            context=500,
            precision=precision,
            memory_mb=10,
            progress=lambda what, _: told.append(what),
        )
    assert told == []
    assert not (tmp_path / "cache").exists()


def test_what_is_beyond_is_refused_by_name() -> None:
    need = conversion_need(SMALL)
    refuse_beyond(need, None, "converting")
    refuse_beyond(need, need.total, "converting")
    with pytest.raises(ModelFileError, match=r"converting needs about \d+ MB .*, 1 MB are avail"):
        refuse_beyond(need, MB, "converting")


def test_megabytes_are_rounded_up() -> None:
    assert (in_mb(0), in_mb(1), in_mb(MB), in_mb(MB + 1)) == (0, 1, 1, 2)
