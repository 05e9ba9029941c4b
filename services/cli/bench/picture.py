"""Draws a bench run: TTFT, gaps between tokens, tokens a second over time.

Decides how a run looks on paper. The only file that imports matplotlib, which
is an extra; it is imported where it is used.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from services.cli.bench.statistics import Sample, Tally, itls, timeline, ttfts

BLUE, ORANGE, INK, FAINT = "#2563eb", "#ea580c", "#1f2937", "#9ca3af"
PERCENTILES = ((50, "-"), (90, "--"), (99, ":"))


def can_draw() -> bool:
    """Whether matplotlib is installed; asked before a run, not after it."""
    return find_spec("matplotlib") is not None


def draw(samples: Sequence[Sample], tally: Tally, title: str, path: Path) -> None:
    """Write the picture as a PNG."""
    # An explicit canvas: no window system, no global state.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7.2), dpi=120, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplot_mosaic([["ttft", "itl"], ["time", "time"]], height_ratios=(1, 1))
    told = f"{title}\n{tally.good} good answers of {tally.requests}"
    figure.suptitle(told, x=0.01, ha="left", fontsize=11, fontweight="bold", color=INK)
    _distribution(grid["ttft"], ttfts(samples), "time to first token", BLUE)
    _distribution(grid["itl"], itls(samples), "time between tokens", ORANGE)
    _over_time(grid["time"], samples, tally)
    for axes in grid.values():
        _plain(axes)
    figure.savefig(path)


def _distribution(axes: Any, seconds: Sequence[float], name: str, color: str) -> None:
    """Which share of the values lies below each; the percentiles as lines."""
    axes.set_title(name, loc="left", fontsize=10, color=INK)
    axes.set_ylabel("share of all, %")
    axes.set_ylim(0, 101)
    if not seconds:
        axes.text(0.5, 0.5, "no values", transform=axes.transAxes, ha="center", color=FAINT)
        return
    values = np.sort(np.asarray(seconds)) * 1000
    share = np.arange(1, len(values) + 1) / len(values) * 100
    axes.step(values, share, where="post", color=color, linewidth=1.8)
    axes.fill_between(values, share, step="post", color=color, alpha=0.08)
    for percent, style in PERCENTILES:
        at = float(np.percentile(values, percent))
        label = f"p{percent}  {_ms(at)}"
        axes.axvline(at, color=INK, linestyle=style, linewidth=1, label=label)
    axes.set_xlabel("ms")
    middle = _scale(axes, values)
    # A distribution rises at its median: the legend goes to the other side.
    place = "upper left" if middle > 0.5 else "lower right"
    axes.legend(loc=place, fontsize=9, frameon=True, framealpha=0.9, edgecolor="none")


def _scale(axes: Any, values: Any) -> float:
    """Choose the scale; return where on it the median stands, 0 to 1.

    Logarithmic where the values span decades: a tail would squeeze all the rest.
    A few tiny values, of tokens that came almost together, do not count.
    """
    floor, median, most = np.maximum(np.percentile(values, (0.5, 50, 100)), 0.01)
    if most <= 30 * floor:
        axes.set_xlim(left=0)
        return float(median / most)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlim(floor * 0.8, most * 1.2)
    return float(np.log(median / floor) / np.log(most / floor))


def _over_time(axes: Any, samples: Sequence[Sample], tally: Tally) -> None:
    """Tokens a second, streams open, and where errors ended."""
    line = timeline(samples)
    axes.set_title("throughput", loc="left", fontsize=10, color=INK)
    axes.fill_between(line.times, line.tokens_per_second, step="mid", color=BLUE, alpha=0.15)
    axes.step(line.times, line.tokens_per_second, where="mid", color=BLUE, label="tokens/s")
    axes.axhline(
        tally.tokens_per_second,
        color=INK,
        linewidth=1,
        linestyle="--",
        label=f"mean {tally.tokens_per_second:.0f} tokens/s",
    )
    axes.set_xlabel("s")
    axes.set_ylabel("tokens/s", color=BLUE)
    axes.set_ylim(bottom=0)
    axes.set_xlim(0, max((s.ended_at for s in samples), default=1.0))
    streams = axes.twinx()
    streams.plot(line.times, line.in_flight, color=ORANGE, linewidth=1.2, label="streams open")
    streams.set_ylabel("streams open", color=ORANGE)
    streams.tick_params(colors=INK, labelsize=9)
    streams.set_ylim(bottom=0)
    streams.spines["top"].set_visible(False)
    wrong = [s.ended_at for s in samples if not s.is_good]
    if wrong:
        axes.plot(wrong, [0] * len(wrong), "x", color="#dc2626", clip_on=False, label="failed")
    handles = [artist for part in (axes, streams) for artist in part.get_legend_handles_labels()[0]]
    axes.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, 1.14), ncols=4, fontsize=9,
        frameon=False,
    )  # fmt: skip


def _plain(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=FAINT, alpha=0.3, linewidth=0.6)
    axes.tick_params(colors=INK, labelsize=9)


def _ms(value: float) -> str:
    return (
        f"{value:.0f} ms" if value >= 100 else f"{value:.2g} ms" if value < 1 else f"{value:.1f} ms"
    )
