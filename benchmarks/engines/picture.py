"""The comparison as a picture: tokens a second by streams, and time between tokens."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines.records import Record, figure, of

COLORS = {
    "evenflow": "#2563eb",
    "llama.cpp BF16": "#ea580c",
    "llama.cpp Q8_0": "#9ca3af",
    "llama.cpp Q4_1": "#d6c9a8",
}


def draw(records: Sequence[Record], path: Path) -> None:
    """Write the picture as a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=(11, 4.2), dpi=120, layout="constrained")
    FigureCanvasAgg(picture)
    left, middle, right = picture.subplots(1, 3, width_ratios=(4, 2, 2))
    streams = [str(n) for n in (1, 16, 32, 64)]
    _bars(left, records, "fixed", streams, "tokens_per_second", 1.0, "tokens/s by streams")
    lengths = ["512", "2032"]
    _bars(middle, records, "prefill", lengths, "prefill_per_second", 1.0, "prefill tokens/s")
    _bars(right, records, "arriving", ["16"], "itl_p99", 1e3, "ITL p99 ms, prompts arriving")
    left.legend(frameon=False, fontsize=9)
    picture.savefig(path)


def _bars(
    axes: Any,
    records: Sequence[Record],
    section: str,
    cases: Sequence[str],
    name: str,
    scale: float,
    title: str,
) -> None:
    width = 0.8 / len(COLORS)
    for index, (rival, color) in enumerate(COLORS.items()):
        for place, case in enumerate(cases):
            found = figure(of(records, section, case, rival), name)
            if found is None:
                continue
            ends = [
                [(found.median - found.least) * scale],
                [(found.most - found.median) * scale],
            ]
            axes.bar(
                place + index * width,
                found.median * scale,
                width,
                color=color,
                yerr=ends,
                error_kw={"linewidth": 0.8},
                label=rival if place == 0 else None,
            )
    axes.set_xticks([place + 1.5 * width for place in range(len(cases))], cases)
    axes.set_title(title, loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
