"""Draws an explanation in a terminal: a heat map, and what each outcome is owed to.

Decides how it looks; fed with values, it asks nobody. What colours say is told in
numbers too.
"""

import math
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from services.cli.explain.values import Explanation, Owed
from services.cli.texts import printable
from services.runtime.text import Text

NAMED = 4  # tokens that a row names, and alternatives
METHODS = {
    "integrated_gradients": "integrated gradients",
    "gradient_x_input": "gradient x input",
}
_RAISED, _LOWERED = (214, 69, 46), (46, 110, 190)
_COLUMNS = ("", "likely", "owed most to", "might have been")


def explanation_view(explanation: Explanation) -> RenderableType:
    """A line on how it was made, the heat map of the prompt, a row for each outcome."""
    return Group(
        Line(headline(explanation), style="dim"),
        Line(),
        heat_map(explanation),
        Line(),
        _table(explanation),
        Line(legend(explanation), style="dim"),
    )


def headline(explanation: Explanation) -> str:
    """Who explained it, how, and how well."""
    subject, summary = explanation.subject, explanation.summary
    if subject is None or summary is None:
        return "unfinished"
    of = "label" if explanation.is_label else "answer"
    made = " of its own" if subject.answer_generated else ""
    is_complete = "" if summary.is_complete else ", more than was asked for"
    parts = (
        f"{subject.model}'s {of}{made}",
        subject.worker_id,
        METHODS.get(summary.method, summary.method),
        f"{summary.points} point{'s' if summary.points != 1 else ''}",
        f"gap {percent(summary.worst_gap)}{is_complete}",
        f"{summary.compute_seconds:.1f} s",
    )
    return " · ".join(parts)


def legend(explanation: Explanation) -> str:
    """What colours and numbers mean."""
    what = "the label" if explanation.is_label else "the answer"
    return (
        f"red made {what} likelier, blue less likely; numbers are natural logarithms of how "
        "many times"
    )


def heat_map(explanation: Explanation) -> Line:
    """The prompt, each token on the colour of its share in the whole answer."""
    if explanation.subject is None:
        return Line()
    totals = explanation.totals
    greatest = max(map(abs, totals), default=0.0)
    line = Line()
    for token, score in zip(explanation.subject.prompt, totals, strict=True):
        if line and explanation.is_label:
            line.append(" ")
        line.append(shown(token), style=style(score, greatest))
    return line


def shown(token: Text) -> str:
    """A token as a terminal may show it: line ends visible, control characters not."""
    return printable(token.reveal).replace("\n", "↵\n")


def named(token: Text) -> str:
    """A token in a row: on one line, without the space that words begin with."""
    text = printable(token.reveal).replace("\n", "↵")
    return text.strip() or f"{text!r}"


def style(score: float, greatest: float) -> str:
    """The colour of a score beside the greatest one.

    >>> style(1.0, 1.0), style(-0.5, 1.0), style(0.0, 1.0)
    ('#000000 on #d6452e', '#000000 on #97b7df', '')
    """
    colour = shade(score, greatest)
    return f"#000000 on {colour}" if colour else ""


def shade(score: float, greatest: float) -> str:
    """The background as #rrggbb; "" for what has as good as no part in it."""
    part = abs(score) / greatest if greatest else 0.0
    if not part >= 0.02:  # nor is what is not a number
        return ""
    full = _RAISED if score > 0 else _LOWERED
    mixed = (round(255 + (channel - 255) * min(1.0, part)) for channel in full)
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def percent(part: float) -> str:
    """A part of one.

    >>> percent(0.0123), percent(12.5)
    ('1.2 %', '1250 %')
    """
    told = 100 * part
    return f"{told:.1f} %" if told < 10 else f"{told:.0f} %"


def _table(explanation: Explanation) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name == "likely" else "left", overflow="fold")
    for outcome, owed in zip(explanation.outcomes, explanation.owed, strict=False):
        table.add_row(
            Line(named(outcome), style="bold"),
            percent(math.exp(owed.logprob)),
            _owed_to(explanation, owed),
            Line(", ".join(_others(owed, outcome))),
        )
    return table


def _owed_to(explanation: Explanation, owed: Owed) -> Line:
    line, greatest = Line(), max(map(abs, owed.scores), default=0.0)
    for place, score in explanation.most(owed, NAMED):
        if line:
            line.append("  ")
        line.append(named(explanation.tokens[place]), style=style(score, greatest))
        line.append(f" {score:+.2f}")
    return line


def _others(owed: Owed, outcome: Text) -> Sequence[str]:
    others = [one for one in owed.alternatives if one.text.reveal != outcome.reveal]
    return [f"{named(one.text)} {percent(math.exp(one.logprob))}" for one in others[:NAMED]]
