from itertools import accumulate

import pytest

from services.worker.engines.litert.shapes import LONG, SHORT, Shapes


@pytest.mark.parametrize(
    ("context", "pages"),
    [
        (16, (128,)),
        (128, (128,)),
        (129, (128, 64)),
        (257, (128, 64, 64, 256)),
        (2048, (128, 64, 64, 256, 512, 1024)),
    ],
)
def test_pages_hold_all_that_a_step_reads(context: int, pages: tuple[int, ...]) -> None:
    assert Shapes(1, context).pages == pages


@pytest.mark.parametrize(
    ("slots", "rows"),
    [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (8, (1, 2, 4, 8)), (9, (1, 2, 4, 8, 9))],
)
def test_rows(slots: int, rows: tuple[int, ...]) -> None:
    assert Shapes(slots, 100).rows == rows


@pytest.mark.parametrize(
    ("start", "wanted", "name", "count"),
    [
        (0, 1, "prefill_1x32_within_128", 1),
        (0, 96, "prefill_1x32_within_128", 32),
        (0, 97, "prefill_1x128_at_0", 97),
        (0, 500, "prefill_1x128_at_0", 128),
        (37, 500, "prefill_1x32_within_128", 32),
        (120, 500, "prefill_1x32_within_128", 8),
        (128, 500, "prefill_1x128_at_128", 128),
        (192, 500, "prefill_1x32_within_256", 32),
        (256, 500, "prefill_1x128_at_256", 128),
        (384, 500, "prefill_1x128_within_384", 128),
        (385, 500, "prefill_1x128_within_512", 127),
        (640, 360, "prefill_1x128_within_640", 128),
        (700, 300, "prefill_1x128_within_768", 128),
        (400, 100, "prefill_1x128_within_512", 100),
        (500, 500, "prefill_1x32_within_512", 12),
    ],
)
def test_pieces_of_prompts(start: int, wanted: int, name: str, count: int) -> None:
    shape, found = Shapes(2, 1000).prefill(start, wanted)
    assert (shape.name, found) == (name, count)


def test_a_piece_begins_pages_or_stays_in_one() -> None:
    for context in (1, 100, 130, 192, 250, 1000):
        shapes = Shapes(1, context)
        ends = list(accumulate(shapes.pages))
        for start in range(context):
            for wanted in {1, SHORT, 3 * SHORT + 1, LONG, 4 * LONG}:
                rest = min(wanted, context - start)
                if not rest:
                    continue
                shape, count = shapes.prefill(start, rest)
                assert shape in shapes.prefills()
                assert 1 <= count <= min(rest, shape.columns)
                if shape.spans:
                    assert shape.past == start
                    assert sum(shape.spans) == shape.columns
                else:
                    end = next(end for end in ends if end > start)
                    assert start <= shape.past <= sum(shape.pages) == end
                    assert start + count <= end
                    assert start >= shape.past - shape.hideable


def test_shapes_of_more_rows_follow_from_one() -> None:
    shapes = Shapes(8, 2048)
    assert len(shapes.decodes()) == 4 * 6
    assert len(shapes.prefills()) == 6 + 10 + 5
    assert len(shapes.templates()) == 6 + 21
    assert {shape.template for shape in shapes.every()} == set(shapes.templates())
    assert len({shape.name for shape in shapes.every()}) == len(shapes.every())
