"""Draws a training from its card: learning curves, confusion on the test.

Decides how they look on paper. Imports matplotlib, an extra, where it is used.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def draw(card: dict[str, Any], folder: Path) -> Iterator[Path]:
    """Write both pictures beside the classifier's folder; their paths."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for kind, painted in (("curves", _curves), ("confusion", _confusion)):
        figure = Figure(figsize=(7, 5), dpi=120, layout="constrained")
        FigureCanvasAgg(figure)
        painted(figure, card)
        path = folder / f"{card['name']}.{kind}.png"
        figure.savefig(path)
        yield path


def _curves(figure: Any, card: dict[str, Any]) -> None:
    history = card["training"]["history"]
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for part, label in (("", "training"), ("val_", "validation")):
            values = [epoch[part + name] for epoch in history]
            axes.plot(range(1, len(values) + 1), values, marker="o", label=label)
        axes.set_title(name)
        axes.set_xlabel("epoch")
        axes.legend()


def _confusion(figure: Any, card: dict[str, Any]) -> None:
    labels, rows = card["labels"], card["metrics"]["test"]["confusion"]
    axes = figure.subplots()
    axes.imshow([[n / max(1, sum(row)) for n in row] for row in rows], cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(labels)), labels, rotation=45)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlabel("found")
    axes.set_ylabel("true")
    for at, row in enumerate(rows):
        for place, number in enumerate(row):
            axes.text(place, at, str(number), ha="center", va="center")
