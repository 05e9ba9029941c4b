import pytest

from services.worker.engines.litert_shapes import COLUMNS, FEW_COLUMNS, Shapes


@pytest.mark.parametrize(
    ("context", "pages"),
    [(16, (256,)), (257, (256,)), (258, (256, 256)), (2048, (256, 256, 512, 1024))],
)
def test_pages_hold_all_that_a_step_reads(context: int, pages: tuple[int, ...]) -> None:
    assert Shapes(1, context).pages == pages


@pytest.mark.parametrize(
    ("slots", "rows"),
    [(1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (8, (1, 2, 4, 8)), (9, (1, 2, 4, 8, 9))],
)
def test_rows(slots: int, rows: tuple[int, ...]) -> None:
    assert Shapes(slots, 100).rows == rows


def test_every_step_has_a_shape_and_none_is_smaller() -> None:
    shapes = Shapes(6, 1000)
    for rows in range(1, 7):
        for past in range(1000):
            found = shapes.decode(rows, past)
            assert found.rows >= rows
            assert found.past >= past
            smaller = [s for s in shapes.decodes() if s.rows >= rows and s.past >= past]
            assert (found.rows, found.past) == min((s.rows, s.past) for s in smaller)


def test_prefills_are_padded_or_cut() -> None:
    shapes = Shapes(2, 1000)
    assert shapes.prefill(1, 0).columns == COLUMNS[0]
    assert shapes.prefill(FEW_COLUMNS, 0).columns == COLUMNS[0]  # the first of three
    assert shapes.prefill(FEW_COLUMNS + 1, 0).columns == COLUMNS[1]
    assert shapes.prefill(10 * COLUMNS[-1], 256).columns == COLUMNS[-1]
    assert [shapes.prefill(1, past).past for past in (0, 256, 257, 999)] == [256, 256, 512, 1024]


def test_shapes_of_more_rows_follow_from_one() -> None:
    shapes = Shapes(8, 2048)
    assert len(shapes.every()) == 4 * 4 + 2 * 4
    assert len(shapes.templates()) == 3 * 4
    assert {shape.template for shape in shapes.every()} == set(shapes.templates())
    assert len({shape.name for shape in shapes.every()}) == len(shapes.every())
