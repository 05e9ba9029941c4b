"""What was measured, in words and tables; a section for each measurement.

Pure. A section that is made anew leaves the others as they stand.
"""

import random
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from benchmarks.explanations.removal import DRAWS, RESAMPLES, SHARE, confidence

GAP = 0.02
SLOWER = 1.5
TITLE = "# Explanations"
FAITHFUL, BESIDE = "Completeness and removal", "Beside 16 running streams"
METHODS = {
    "integrated_gradients": "integrated gradients",
    "gradient_x_input": "gradient x input",
}


def with_section(page: str, name: str, lines: Sequence[str]) -> str:
    """The page with this section, in place of the one that it had of this name, or last."""
    title, *sections = page.split("\n## ")
    told = {section.split("\n", 1)[0]: section for section in sections}
    told[name] = "\n".join((name, "", *lines))
    parts = [title.strip() or TITLE, *(section.strip() for section in told.values())]
    return "\n\n## ".join(parts) + "\n"


def faithful(records: Sequence[dict[str, Any]], command: str, date: str) -> Iterator[str]:
    """Of records as `faithful.py` writes them."""
    gaps = [record["integrated_gradients"]["gap"] for record in records]
    met = sum(gap <= GAP for gap in gaps)
    lengths = [record["prompt_tokens"] for record in records]
    answers = sorted({record["answer_tokens"] for record in records})
    yield f"`{command}`, {date}: {len(records)} prompts of {min(lengths)} to {max(lengths)} tokens,"
    yield f"the model's own greedy answers of {answers[-1]} token(s), SmolLM2-135M in float32, one"
    yield "thread of a machine that others used as well: seconds say little."
    yield ""
    goal = "met" if met == len(records) else "missed"
    yield f"Completeness: the gap is within {GAP:.0%} for **{met} of {len(records)}** ({goal}) by"
    yield f"integrated gradients, the greatest {max(gaps):.2%}."
    yield ""
    yield "| method | points, median (most) | seconds, median (most) | gap, median (greatest) |"
    yield "|---|---|---|---|"
    for key, name in METHODS.items():
        told = [record[key] for record in records]
        points = _middle_and_most([one["points"] for one in told], "{:.0f}")
        seconds = _middle_and_most([one["seconds"] for one in told], "{:.1f}")
        gap = _middle_and_most([one["gap"] for one in told], "{:.2%}")
        yield f"| {name} | {points} | {seconds} | {gap} |"
    yield ""
    yield f"Removal: the answer's log probability without the {SHARE:.0%} of the prompt's tokens"
    yield "(the first one stays) with the greatest scores, and without as many drawn at random,"
    yield f"{DRAWS} times; means of the fall in nats, and of the difference a 95 % interval"
    yield f"({RESAMPLES:,} bootstrap resamples of the prompts)."
    yield ""
    yield "| method | most attributed | random | difference | 95 % interval | greater for |"
    yield "|---|---|---|---|---|---|"
    for key, name in METHODS.items():
        yield _removal_row(name, [record[key] for record in records])
    yield ""
    for key, name in METHODS.items():
        low, _ = _interval([record[key] for record in records])
        what = "lowers" if low > 0 else "is not shown to lower"
        yield f"- Removing what {name} names {what} the answer's log probability more than chance."


def beside(windows: Sequence[dict[str, Any]], command: str, date: str) -> Iterator[str]:
    """Of windows as `beside.py` writes them: each round has one without and one with."""
    rounds = [_round(windows[first : first + 2]) for first in range(0, len(windows) - 1, 2)]
    ratios = [explaining["p99"] / alone["p99"] for alone, explaining in rounds]
    middle = statistics.median(ratios)
    goal = "met" if middle <= SLOWER else "missed"
    yield f"`{command}`, {date}: {len(rounds)} rounds of a window without and one with an"
    yield "explanation that computes, in turned order; gaps between two tokens of a stream, in ms."
    yield ""
    yield f"p99 with by p99 without: median **{middle:.2f}** ({min(ratios):.2f} to"
    yield f"{max(ratios):.2f}), at most {SLOWER} wanted: **{goal}**."
    yield ""
    yield "| round | p50 without | p50 with | p99 without | p99 with | ratio | points computed |"
    yield "|---|---|---|---|---|---|---|"
    for number, (alone, explaining) in enumerate(rounds, 1):
        numbers = (alone["p50"], explaining["p50"], alone["p99"], explaining["p99"])
        told = " | ".join(f"{one:.1f}" for one in numbers)
        ratio = explaining["p99"] / alone["p99"]
        yield f"| {number} | {told} | {ratio:.2f} | {explaining['points']} |"


def _round(pair: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    alone, explaining = sorted(pair, key=lambda window: window["is_explaining"])
    return alone, explaining


def _removal_row(name: str, told: Sequence[dict[str, Any]]) -> str:
    most = statistics.fmean(one["by_attribution"] for one in told)
    chance = statistics.fmean(one["by_chance"] for one in told)
    low, high = _interval(told)
    greater = sum(one["by_attribution"] > one["by_chance"] for one in told)
    return (
        f"| {name} | {most:.2f} | {chance:.2f} | **{most - chance:+.2f}** | "
        f"{low:+.2f} to {high:+.2f} | {greater} of {len(told)} |"
    )


def _interval(told: Sequence[dict[str, Any]]) -> tuple[float, float]:
    differences = [one["by_attribution"] - one["by_chance"] for one in told]
    return confidence(differences, random.Random(0))


def _middle_and_most(values: Sequence[float], form: str) -> str:
    return f"{form.format(statistics.median(values))} ({form.format(max(values))})"
