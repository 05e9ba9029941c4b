"""An explanation as one HTML page that needs nothing else: no server, no network.

Decides what the page holds: prompt and answer token by token, for each token of the
answer what it is owed to, and how that was computed. Everything from outside is text,
escaped, and never markup; the page's own policy lets it load nothing.
"""

import html
import json
import math
from collections.abc import Iterator, Sequence
from string import Template

from services.cli.explain.values import Explanation
from services.cli.explain.view import headline, legend, named, percent, shade
from services.runtime.text import Text

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>evenflow: an explanation</title>
<style>
body { font: 16px/1.7 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
 color: #1c1c1c; background: #fff; }
h1 { font-size: 1.1rem; } h2 { font-size: 0.9rem; color: #666; margin: 1.5rem 0 0.3rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.text span { border-radius: 3px; padding: 1px 0; color: #000; }
button { font: inherit; border: 0; border-bottom: 2px solid #bbb; background: none; padding: 0 1px;
 white-space: pre-wrap; cursor: pointer; color: #000; }
button[aria-pressed=true] { outline: 2px solid #000; border-radius: 3px; }
table { border-collapse: collapse; font-size: 0.9rem; }
td, th { text-align: left; padding: 0.1rem 1.2rem 0.1rem 0; vertical-align: top; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
.dim { color: #666; font-size: 0.85rem; }
tr.chosen { background: #f2f2f2; }
</style>
</head>
<body>
<h1>$title</h1>
<p class="dim">$headline</p>
<h2>$prompt_name</h2>
<div class="text" id="prompt">$prompt</div>
<h2>$answer_name: point at a part of it, or click on it to keep it</h2>
<div class="text" id="answer">$answer</div>
<p class="dim" id="told">$legend.</p>
<h2>What might have been instead, and what the sums leave unexplained</h2>
<table>
<thead><tr><th></th><th class="n">likely</th><th class="n">above the baseline</th>
<th class="n">gap</th><th>instead</th></tr></thead>
<tbody>$rows</tbody>
</table>
<p class="dim">Baseline: $baseline. Revision: $revision.</p>
<script type="application/json" id="heats">$heats</script>
<script>
"use strict";
const heats = JSON.parse(document.getElementById("heats").textContent);
const spans = [...document.querySelectorAll("[data-token]")];
const buttons = [...document.querySelectorAll("[data-outcome]")];
const rows = [...document.querySelectorAll("tbody tr")];
let kept = -1;
function show(outcome) {
  const heat = outcome < 0 ? heats.whole : heats.outcomes[outcome];
  for (const span of spans) {
    const token = Number(span.dataset.token);
    span.style.background = heat.shades[token] || "";
    span.title = heat.scores[token] || "";
  }
  buttons.forEach((b, i) => b.setAttribute("aria-pressed", String(i === outcome)));
  rows.forEach((row, i) => row.classList.toggle("chosen", i === outcome));
}
buttons.forEach((button, i) => {
  button.addEventListener("mouseenter", () => show(i));
  button.addEventListener("focus", () => show(i));
  button.addEventListener("mouseleave", () => show(kept));
  button.addEventListener("click", () => { kept = kept === i ? -1 : i; show(kept); });
});
show(-1);
</script>
</body>
</html>
""")


def page_of(explanation: Explanation) -> str:
    """The page."""
    subject = explanation.subject
    if subject is None:
        raise ValueError("an explanation that has not begun")
    is_label = explanation.is_label
    return _PAGE.substitute(
        title=f"{_escaped(subject.model)}: what its {'label' if is_label else 'answer'} is owed to",
        headline=_escaped(headline(explanation)),
        prompt_name="Text" if is_label else "Prompt",
        prompt="".join(_prompt(explanation)),
        answer_name="Label" if is_label else "Answer",
        answer="".join(_answer(explanation)),
        legend=_escaped(legend(explanation)),
        rows="".join(_rows(explanation)),
        baseline=_escaped(subject.baseline),
        revision=_escaped(subject.revision),
        heats=_heats(explanation),
    )


def _prompt(explanation: Explanation) -> Iterator[str]:
    """Coloured as without a script: by each token's share in the whole answer."""
    subject, totals = explanation.subject, explanation.totals
    greatest = max(map(abs, totals), default=0.0)
    for place, token in enumerate(subject.prompt if subject else ()):
        colour = shade(totals[place], greatest)
        style = f' style="background:{colour}"' if colour else ""
        gap = " " if explanation.is_label and place else ""
        yield f'{gap}<span data-token="{place}" title="{totals[place]:+.3f}"{style}>'
        yield f"{_escaped(token)}</span>"


def _answer(explanation: Explanation) -> Iterator[str]:
    first = len(explanation.subject.prompt) if explanation.subject else 0
    for place, outcome in enumerate(explanation.outcomes):
        yield f'<button type="button" data-outcome="{place}" aria-pressed="false">'
        token = "" if explanation.is_label else f' data-token="{first + place}"'
        visible = outcome.reveal.replace("\n", "↵") or "·"
        yield f"<span{token}>{_escaped(visible)}</span></button>"


def _rows(explanation: Explanation) -> Iterator[str]:
    for outcome, owed in zip(explanation.outcomes, explanation.owed, strict=False):
        others = ", ".join(
            f"{_escaped(named(one.text))} {percent(math.exp(one.logprob))}"
            for one in owed.alternatives
        )
        numbers = (
            percent(math.exp(owed.logprob)),
            f"{owed.logprob - owed.baseline_logprob:+.2f}",
            percent(owed.relative_gap),
        )
        cells = "".join(f'<td class="n">{number}</td>' for number in numbers)
        yield f"<tr><th>{_escaped(named(outcome))}</th>{cells}<td>{others}</td></tr>"


def _heats(explanation: Explanation) -> str:
    """Scores and colours of the whole and of each outcome; nothing in it can end the script."""
    told = {
        "whole": _heat(explanation.totals),
        "outcomes": [_heat(owed.scores) for owed in explanation.owed],
    }
    return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")


def _heat(scores: Sequence[float]) -> dict[str, list[str]]:
    greatest = max(map(abs, scores), default=0.0)
    return {
        "scores": [f"{score:+.3f}" for score in scores],
        "shades": [shade(score, greatest) for score in scores],
    }


def _escaped(text: Text | str) -> str:
    return html.escape(text.reveal if isinstance(text, Text) else text)
