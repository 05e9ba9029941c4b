"""What was measured, as tables for a person.

Pure. Decides which figures are shown and what they are held against: issue 3's
goals. A ratio says how many times ours is theirs, whichever way is better.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.engines.records import QUIET, Figure, Record, figure, of, ratio

BEST = "llama.cpp's best"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which it was measured. `missing`: rivals that could not run, and why."""

    machine: str
    threads: int
    model: str
    ours: str
    llama: str
    missing: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio to reach: at least, or at most where `less` is better."""

    what: str
    section: str
    case: str
    name: str
    against: str
    goal: float
    less: bool = False


GOALS = (
    Goal("tokens/s, 16 streams", "fixed", "16", "tokens_per_second", "llama.cpp BF16", 2.5),
    Goal("tokens/s, 16 streams", "fixed", "16", "tokens_per_second", "llama.cpp Q8_0", 3),
    Goal("tokens/s, 16 streams", "fixed", "16", "tokens_per_second", "llama.cpp Q4_1", 5),
    Goal("tokens/s, 32 streams", "fixed", "32", "tokens_per_second", BEST, 2.5),
    Goal("tokens/s, 64 streams", "fixed", "64", "tokens_per_second", BEST, 2.5),
    Goal("tokens/s, 1 stream", "fixed", "1", "tokens_per_second", BEST, 1.4),
    Goal("prefill tokens/s, 512", "prefill", "512", "prefill_per_second", BEST, 3),
    Goal("prefill tokens/s, 2,032", "prefill", "2032", "prefill_per_second", BEST, 3),
    Goal("ITL p99, arriving", "arriving", "16", "itl_p99", "llama.cpp BF16", 1, less=True),
    Goal("tokens/s, batch 16", "generate", "16", "tokens_per_second", "KerasHub", 4),
    Goal("tokens/s, batch 16", "generate", "16", "tokens_per_second", "Transformers", 4),
)
SHARES = (("1", 0.7), ("16", 0.6), ("64", 0.6))

TITLES = {
    "fixed": "128 tokens in, 64 out, over each one's own transport. Streams",
    "ragged": "Questions of heavy-tailed length, natural ends, closed loop. Streams",
    "arriving": "Poisson arrivals, as many a second as BF16 completes at 16 streams. Streams",
    "prefill": "One prompt at a time, over the transport. Tokens",
    "process": "In process, one wave of 128 in / 64 out (or one prompt). Streams",
    "generate": "`generate`, 128 in / 64 out. Batch",
}
COLUMNS = (
    ("tokens_per_second", "tokens/s", 1.0),
    ("prefill_per_second", "prefill tokens/s", 1.0),
    ("ttft_p50", "TTFT p50 ms", 1e3),
    ("ttft_p99", "p99", 1e3),
    ("itl_p50", "ITL p50 ms", 1e3),
    ("itl_p99", "p99", 1e3),
    ("answer_tokens", "answer tokens", 1.0),
)


def report(records: Sequence[Record], told: Conditions) -> str:
    """The whole page."""
    days = sorted({record.at[:10] for record in records})
    runs = max((record.repeat for record in records), default=0) + 1
    busy = sum(not record.is_quiet for record in records)
    lines = [
        "# The engine beside its rivals",
        "",
        f"`python -m benchmarks.engine`, {' and '.join(days)}; {told.machine},",
        f"{told.threads} threads for each rival; {told.model};",
        f"llama.cpp {told.llama or 'is not here'}.",
        f"At most {runs} repeats, in each of which every rival runs once, in turns; medians, with",
        "the least and the most in brackets. *Ratio*: ours by theirs, repeat by repeat.",
        f"{len(records)} runs, {busy} of them beside others' work (more than {QUIET:.0%} of the",
        "processors' time). These are left out where there are quiet ones; **~** marks what has",
        "none: rivals whose threads spin lose more by that than ours.",
        "",
    ]
    lines += [f"Not measured: {name}: {why}." for name, why in told.missing.items()]
    lines += _goals(records, told.ours)
    for section, title in TITLES.items():
        lines += _section(records, section, title, told.ours)
    lines += _quality(records)
    return "\n".join(lines) + "\n"


def _goals(records: Sequence[Record], ours: str) -> Iterator[str]:
    yield from ("| figure | against | goal | ratio | |", "|---|---|---|---|---|")
    for goal in GOALS:
        mine = of(records, goal.section, goal.case, ours)
        against = best(records, goal) if goal.against == BEST else goal.against
        found = ratio(mine, of(records, goal.section, goal.case, against), goal.name)
        sign = "<=" if goal.less else ">="
        if found is None:
            yield f"| {goal.what} | {goal.against} | {sign} {goal.goal:g} | not measured | |"
            continue
        met = found.median <= goal.goal if goal.less else found.median >= goal.goal
        yield (
            f"| {goal.what} | {against} | {sign} {goal.goal:g} | {_shown(found)} |"
            f" {'met' if met else 'not met'} |"
        )
    steps = of(records, "steps", "roofline", ours)
    for rows, goal_share in SHARES:
        share, step = figure(steps, f"share_{rows}"), figure(steps, f"step_{rows}")
        if share and step:
            yield (
                f"| share of the roofline, {rows} rows | {step.median * 1e3:.1f} ms a step |"
                f" >= {goal_share:g} | {_shown(share)} |"
                f" {'met' if share.median >= goal_share else 'not met'} |"
            )
    bandwidth, peak = figure(steps, "bandwidth"), figure(steps, "peak")
    if bandwidth and peak:
        yield ""
        yield (
            f"The roof: {bandwidth.median / 1e9:.1f} GB/s read by all threads and"
            f" {peak.median / 1e9:.0f} int8 GOP/s in a LiteRT product, measured in the same run;"
        )
        yield "the longer of bytes (int8 weights, cached halves) by bandwidth and operations by"
        yield "peak, after a past of 160 tokens."


def best(records: Sequence[Record], goal: Goal) -> str:
    """llama.cpp's format with the highest median of a figure."""
    names = sorted({r.rival for r in records if r.rival.startswith("llama.cpp")})

    def median(name: str) -> float:
        found = figure(of(records, goal.section, goal.case, name), goal.name)
        return found.median if found else -1.0

    return max(names, key=median, default="llama.cpp")


def _section(records: Sequence[Record], section: str, title: str, ours: str) -> Iterator[str]:
    cases = list(dict.fromkeys(r.case for r in records if r.section == section))
    for case in sorted(cases, key=lambda text: (not text.isdigit(), len(text), text)):
        here = [r for r in records if (r.section, r.case) == (section, case)]
        columns = [c for c in COLUMNS if any(c[0] in r.figures for r in here)]
        yield from ("", f"## {title}: {case}", "")
        yield f"| | {' | '.join(head for _, head, _ in columns)} | ratio | repeats |"
        yield "|---" * (len(columns) + 3) + "|"
        mine = of(here, section, case, ours)
        for name in dict.fromkeys(r.rival for r in here):
            cells = of(here, section, case, name)
            shown = [figure(cells, key) for key, _, _ in columns]
            texts = [_figure(f, scale) for f, (_, _, scale) in zip(shown, columns, strict=True)]
            by = ratio(mine, cells, columns[0][0])
            runs = shown[0].runs if shown[0] else 0
            told = "1" if name == ours else _shown(by) if by else ""
            yield f"| {name} | {' | '.join(texts)} | {told} | {runs} |"


def _quality(records: Sequence[Record]) -> Iterator[str]:
    rivals = list(dict.fromkeys(r.rival for r in records if r.section == "quality"))
    if not rivals:
        return
    yield from (
        "",
        "## Quality: against llama.cpp's float32 logits, the same places of one text",
        "",
    )
    yield from ("| | KL mean | top-1 agreement | perplexity ratio |", "|---|---|---|---|")
    for name in rivals:
        cells = [r for r in records if (r.section, r.rival) == ("quality", name)][-1:]
        kl, top, ppl = (cells[0].figures.get(key, float("nan")) for key in ("kl", "top1", "ppl"))
        yield f"| {name} | {kl:.4f} | {top:.3f} | {ppl:.4f} |"


def _figure(found: Figure | None, scale: float) -> str:
    if found is None:
        return ""
    median, least, most = (_number(x * scale) for x in (found.median, found.least, found.most))
    return f"{median} ({least}-{most})"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _shown(found: Figure) -> str:
    mark = "" if found.is_quiet else " ~"
    return f"{found.median:.2f} ({found.least:.2f}-{found.most:.2f}){mark}"
