import pytest

from services.worker.engines.litert.runs import Runs
from services.worker.engines.litert.shapes import Shapes


def told(positions: dict[int, int], slots: int = 16, context: int = 2048) -> list[str]:
    return [
        f"{run.shape.name} from {run.first}: {run.slots}"
        for run in Runs(Shapes(slots, context)).plan(positions)
    ]


@pytest.mark.parametrize(
    ("positions", "runs"),
    [
        ({3: 0}, ["decode_1x1_after_128 from 3: (3,)"]),
        ({3: 128}, ["decode_1x1_after_128 from 3: (3,)"]),
        ({3: 129, 5: 7}, ["decode_4x1_after_192 from 3: (3, 5)"]),
        ({15: 5, 13: 5}, ["decode_4x1_after_128 from 12: (15, 13)"]),
        (
            {slot: 2000 if slot == 7 else 100 for slot in range(16)},
            [
                f"decode_16x1_after_128 from 0: {(*range(7), *range(8, 16))}",
                "decode_1x1_after_2048 from 7: (7,)",
            ],
        ),
        (
            {slot: 2000 if slot % 8 == 7 else 100 for slot in range(16)},
            [f"decode_16x1_after_2048 from 0: {tuple(range(16))}"],
        ),
    ],
)
def test_long_rows_run_apart_where_that_is_quicker(
    positions: dict[int, int], runs: list[str]
) -> None:
    assert told(positions) == runs


def test_every_row_is_computed_once_with_its_whole_past() -> None:
    plan = Runs(Shapes(6, 1000)).plan
    for length in range(0, 1000, 13):
        positions = {slot: (length * (slot + 1) * 7919) % 1000 for slot in range(6)}
        runs = plan(positions)
        assert sorted(slot for run in runs for slot in run.slots) == list(range(6))
        for run in runs:
            assert 0 <= run.first <= 6 - run.shape.rows
            for slot in run.slots:
                assert 0 <= slot - run.first < run.shape.rows
                assert run.shape.past >= positions[slot]
