"""Which runs count, and what a ratio is made of."""

from dataclasses import replace

from benchmarks.engines.records import Record, append, figure, of, ratio, read


def run(rival, repeat, value, *, others=0.0, section="fixed", case="16"):
    return Record(section, case, rival, repeat, {"tokens_per_second": value}, others)


def test_a_run_beside_others_work_counts_only_where_there_is_no_quiet_one():
    quiet, busy = run("a", 0, 100.0), run("a", 1, 10.0, others=0.5)
    found = figure([quiet, busy], "tokens_per_second")
    assert (found.median, found.least, found.most, found.runs) == (100.0, 100.0, 100.0, 1)
    assert found.is_quiet
    found = figure([busy], "tokens_per_second")
    assert (found.median, found.is_quiet) == (10.0, False)


def test_a_ratio_is_taken_repeat_by_repeat():
    ours = [run("a", 0, 100.0), run("a", 1, 30.0), run("a", 2, 90.0)]
    theirs = [run("b", 0, 50.0), run("b", 1, 10.0), run("b", 2, 30.0)]
    found = ratio(ours, theirs, "tokens_per_second")
    assert (found.least, found.median, found.most, found.runs) == (2.0, 3.0, 3.0, 3)


def test_without_a_common_quiet_repeat_a_ratio_is_one_of_medians_with_the_widest_spread():
    ours = [run("a", 0, 100.0), run("a", 1, 120.0)]
    theirs = [run("b", 2, 50.0), run("b", 3, 60.0)]
    found = ratio(ours, theirs, "tokens_per_second")
    assert (found.median, found.least, found.most) == (2.0, 100 / 60, 120 / 50)


def test_nothing_measured_is_no_figure():
    assert figure([], "tokens_per_second") is None
    assert figure([run("a", 0, 1.0)], "ttft_p50") is None
    assert ratio([run("a", 0, 1.0)], [], "tokens_per_second") is None


def test_records_are_kept_and_added_to(tmp_path):
    first, second = run("a", 0, 1.5), replace(run("b", 1, 2.5), about={"version": "1"})
    assert read(tmp_path / "new") == []
    append(tmp_path / "new", first)
    append(tmp_path / "new", second)
    assert read(tmp_path / "new") == [first, second]
    assert of(read(tmp_path / "new"), "fixed", "16", "b") == [second]
