import numpy as np

from services.worker.engines.litert_memory import PagedCache


def cache() -> PagedCache:
    def zeros(*shape: int) -> np.ndarray:
        return np.zeros(shape, np.float32)

    return PagedCache([4, 4, 8], layers=1, slots=3, kv_heads=2, head_size=1, zeros=zeros)


def held(memory: PagedCache, slot: int) -> list[float]:
    """What a slot's first head holds as values, position by position."""
    pages = [memory.view(1, page, slot, 1)[0, 0, :, 0] for page in range(3)]
    return [float(value) for page in pages for value in page]


def fresh(*values: float) -> np.ndarray:
    """Keys and values of two heads."""
    return np.tile(np.array(values, np.float32)[None, None, :, None], (2, 2, 1, 1))


def test_positions_cross_pages() -> None:
    memory = cache()
    memory.write(1, 2, fresh(*range(1, 9)))
    assert held(memory, 1) == [0, 0, *range(1, 9), 0, 0, 0, 0, 0, 0]
    assert held(memory, 0) == held(memory, 2) == [0] * 16


def test_what_lies_beyond_the_last_page_is_dropped() -> None:
    memory = cache()
    memory.write(0, 14, fresh(1, 2, 3, 4))
    assert held(memory, 0) == [0] * 14 + [1, 2]
    memory.write(0, 16, fresh(9))
    assert held(memory, 0) == [0] * 14 + [1, 2]


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
