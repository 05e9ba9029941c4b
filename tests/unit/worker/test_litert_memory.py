import mmap
from pathlib import Path

import numpy as np

from services.worker.engines.litert.memory import PagedCache


def cache() -> PagedCache:
    return PagedCache([4, 4, 8], layers=1, slots=3, kv_heads=2, head_size=1)


def held(memory: PagedCache, slot: int) -> list[float]:
    """What a slot's first head holds as values, position by position."""
    pages = [memory.view(1, page, slot, 1)[0, 0, :, 0] for page in range(3)]
    return [float(value) for page in pages for value in page]


def fresh(*values: float) -> np.ndarray:
    """Keys and values of two heads."""
    return np.tile(np.array(values, np.float16)[None, None, :, None], (2, 2, 1, 1))


def test_positions_cross_pages() -> None:
    memory = cache()
    memory.write(1, 2, fresh(*range(1, 9)))
    assert held(memory, 1) == [0, 0, *range(1, 9), 0, 0, 0, 0, 0, 0]
    assert held(memory, 0) == held(memory, 2) == [0] * 16


def test_copying_takes_the_beginning() -> None:
    memory = cache()
    memory.write(0, 0, fresh(*range(1, 17)))
    memory.write(2, 0, fresh(*[50] * 16))
    memory.copy(0, 2, 6)
    assert held(memory, 2) == [1, 2, 3, 4, 5, 6] + [50] * 10
    assert held(memory, 0) == list(range(1, 17))


def test_a_view_is_the_memory_itself() -> None:
    memory = cache()
    seen = memory.view(0, 0, 1, 2)
    memory.write(2, 3, fresh(7))
    assert seen.shape == (2, 2, 4, 1)
    assert seen[1, :, 3, 0].tolist() == [7, 7]


HEAD_SIZE, LAYERS, KV_HEADS, LENGTH = 64, 3, 2, 1024
PAGES = (256, 256, 512)
SLOT_BYTES = 2 * LAYERS * KV_HEADS * LENGTH * HEAD_SIZE * 2


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * mmap.PAGESIZE


def filled(slots: int) -> PagedCache:
    memory = PagedCache(PAGES, layers=LAYERS, slots=slots, kv_heads=KV_HEADS, head_size=HEAD_SIZE)
    whole = np.ones((2 * LAYERS, KV_HEADS, LENGTH, HEAD_SIZE), np.float16)
    for slot in range(slots):
        memory.write(slot, 0, whole)
    return memory


def zeros_behind(memory: PagedCache, slot: int) -> list[int]:
    """For each position, whether all that the slot held there is gone."""
    parts = range(2 * LAYERS)
    pages = [
        np.concatenate([memory.view(part, page, slot, 1) for part in parts])
        for page in range(len(PAGES))
    ]
    whole = np.concatenate(pages, axis=2)
    return np.flatnonzero((whole == 0).all(axis=(0, 1, 3))).tolist()


def test_what_is_released_is_gone_and_nothing_else() -> None:
    memory = filled(3)
    memory.release(1, 300)
    gone = zeros_behind(memory, 1)
    # The system's pages hold 32 positions of a head: 300 lies in the middle of one.
    assert gone == list(range(320, LENGTH))
    assert zeros_behind(memory, 0) == zeros_behind(memory, 2) == []
    memory.release(1)
    assert zeros_behind(memory, 1) == list(range(LENGTH))
    assert zeros_behind(memory, 0) == zeros_behind(memory, 2) == []


def test_released_memory_goes_back_to_the_system() -> None:
    memory = filled(32)
    before = resident()
    for slot in range(32):
        memory.release(slot)
    assert before - resident() > 0.9 * 32 * SLOT_BYTES
    memory.write(5, 600, np.ones((2 * LAYERS, KV_HEADS, 1, HEAD_SIZE), np.float16))
    assert memory.view(0, 2, 5, 1)[0, 0, 600 - 512].all()


def test_a_slot_takes_memory_as_it_is_written() -> None:
    before = resident()
    memory = PagedCache(PAGES, layers=LAYERS, slots=200, kv_heads=KV_HEADS, head_size=HEAD_SIZE)
    memory.write(0, 0, np.ones((2 * LAYERS, KV_HEADS, 1, HEAD_SIZE), np.float16))
    assert resident() - before < 0.1 * 200 * SLOT_BYTES
