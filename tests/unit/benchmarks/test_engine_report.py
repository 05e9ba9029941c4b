"""What the page says: goals met and not, what was not measured, and who is named."""

import struct

import numpy as np
import pytest

from benchmarks.engines.logits_file import LogitsFile
from benchmarks.engines.machine import Moment, use
from benchmarks.engines.quality_section import figures
from benchmarks.engines.records import Record
from benchmarks.engines.report import Conditions, report
from benchmarks.engines.roofline import Limits, Sizes, step_seconds
from benchmarks.engines.sections import turned

TOLD = Conditions("2 cores", 2, "a model", "evenflow", "version 1", {"KerasHub": "no wheel"})


def runs(section, case, rival, name, *values, others=0.0):
    return [
        Record(section, case, rival, n, {name: value}, others, at="2026-11-25T00:00:00")
        for n, value in enumerate(values)
    ]


def line(page, *words):
    (found,) = [row for row in page.splitlines() if all(word in row for word in words)]
    return found


def test_a_goal_is_met_or_not_by_the_median_of_the_ratios():
    records = runs("fixed", "16", "evenflow", "tokens_per_second", 300, 290, 310)
    records += runs("fixed", "16", "llama.cpp BF16", "tokens_per_second", 100, 100, 100)
    records += runs("fixed", "16", "llama.cpp Q8_0", "tokens_per_second", 110, 110, 110)
    page = report(records, TOLD)
    assert line(page, "16 streams", "BF16").endswith("| >= 2.5 | 3.00 (2.90-3.10) | met |")
    assert line(page, "16 streams", "Q8_0").endswith("| >= 3 | 2.73 (2.64-2.82) | not met |")
    assert line(page, "16 streams", "Q4_1").endswith("| not measured | |")
    assert "Not measured: KerasHub: no wheel." in page


def test_less_is_better_where_time_is_told_and_the_best_rival_is_chosen_by_the_figure():
    records = runs("arriving", "16", "evenflow", "itl_p99", 0.05)
    records += runs("arriving", "16", "llama.cpp BF16", "itl_p99", 0.1)
    records += runs("fixed", "64", "evenflow", "tokens_per_second", 500)
    records += runs("fixed", "64", "llama.cpp BF16", "tokens_per_second", 250)
    records += runs("fixed", "64", "llama.cpp Q8_0", "tokens_per_second", 200)
    page = report(records, TOLD)
    assert line(page, "arriving |", "<= 1").endswith("| 0.50 (0.50-0.50) | met |")
    assert line(page, "tokens/s, 64 streams").endswith(
        "| llama.cpp BF16 | >= 2.5 | 2.00 (2.00-2.00) | not met |"
    )


def test_what_was_only_measured_beside_others_is_marked():
    records = runs("fixed", "16", "evenflow", "tokens_per_second", 300, others=0.5)
    records += runs("fixed", "16", "llama.cpp BF16", "tokens_per_second", 100)
    assert "3.00 (3.00-3.00) ~" in report(records, TOLD)


def test_the_roof_is_bytes_for_few_rows_and_operations_for_many():
    sizes = Sizes(weights=1_000, layers=1, heads=2, kv_heads=1, head_size=10)
    limits = Limits(bandwidth=1_000.0, peak=10_000.0)
    assert step_seconds(limits, sizes, rows=1, past=0) == 1.0
    assert step_seconds(limits, sizes, rows=1, past=25) == 1.0 + 2 * 10 * 25 * 2 / 1_000
    assert step_seconds(limits, sizes, rows=100, past=0) == 2 * 1_000 * 100 / 10_000


def test_time_that_is_neither_ours_nor_the_idle_rivals_is_others():
    before = Moment(100.0, 50.0, {1: 5.0, 2: 5.0, 3: 5.0})
    after = Moment(120.0, 66.0, {1: 13.0, 2: 7.0, 3: 9.0})
    found = use(before, after, own={1}, rivals={1, 2}, ended=1.0)
    assert found.own == pytest.approx(9 / 20)
    assert found.idle_rivals == pytest.approx(2 / 20)
    assert found.others == pytest.approx(5 / 20)


def test_each_is_first_once():
    assert [turned(["a", "b", "c"], n)[0] for n in range(4)] == ["a", "b", "c", "a"]


def test_logits_are_read_back(tmp_path):
    tokens, vocabulary = [3, 1, 4, 1], 5
    row = np.array([0, 10, 20, 30, 40, 0], "<u2").tobytes()
    head = struct.pack("<8s3i4i", b"_logits_", 4, vocabulary, 1, *tokens)
    (tmp_path / "base").write_bytes(head + struct.pack("<2f", 0.5, -9.0) + row)
    base = LogitsFile(tmp_path / "base")
    assert base.tokens(0) == tokens
    ((place, values, following),) = base.places(0)
    assert (place, following) == (2, 1)
    assert list(values) == [-9.0, -4.0, 1.0, 6.0, 11.0]


def test_what_llama_perplexity_tells_is_read():
    said = "Mean PPL(Q)/PPL(base)     :   1.0012 +-\nMean    KLD:   0.004321 +-\n"
    assert figures(said + "Same top p: 96.700 +- 0.4 %") == {
        "kl": 0.004321,
        "top1": pytest.approx(0.967),
        "ppl": 1.0012,
    }
