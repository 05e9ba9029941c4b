"""What explanations are worth, and what they cost; writes benchmarks/results/explaining.md.

python -m benchmarks.explaining faithful [--prompts 60] [--answer-tokens 1]
    on the real model: how far sums are from complete, and whether what is most
    attributed matters more than chance; half a minute a prompt, kept line by line
    in --records, from where a run that was stopped goes on
python -m benchmarks.explaining beside [--rounds 5] [--seconds 30] [--precision int8]
    the gaps between tokens of 16 streams, without and with an explanation beside
    them; wants a machine of its own
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.explanations import beside, report
from benchmarks.explanations.prompts import PROMPTS
from services.runtime import logs

PAGE = Path(__file__).parent / "results" / "explaining.md"
RECORDS = Path("explaining.jsonl")


def faithful(told: argparse.Namespace) -> tuple[str, Iterable[str]]:
    """Measure the one thing, prompt by prompt."""
    from benchmarks.explanations.faithful import records  # TensorFlow takes seconds to import

    seen = []
    for record in records(told.records, told.prompts, told.answer_tokens):
        seen.append(record)
        print(record, flush=True)
    return report.FAITHFUL, report.faithful(seen, _command(), _today())


async def running(told: argparse.Namespace) -> tuple[str, Iterable[str]]:
    """Measure the other, window by window."""
    seen = []
    async for window in beside.windows(told.rounds, told.seconds, told.precision):
        seen.append(window)
        print(window, flush=True)
    return report.BESIDE, report.beside(seen, _command(), _today())


def main() -> None:
    """Measure, and write the section."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = parser.add_subparsers(dest="kind", required=True)
    one = kinds.add_parser("faithful")
    one.add_argument("--prompts", type=int, default=len(PROMPTS))
    one.add_argument("--answer-tokens", type=int, default=1)
    one.add_argument("--records", type=Path, default=RECORDS)
    other = kinds.add_parser("beside")
    other.add_argument("--rounds", type=int, default=5)
    other.add_argument("--seconds", type=float, default=30.0)
    other.add_argument("--precision", default="int8")
    told = parser.parse_args()
    logs.configure("error", "console")
    name, lines = faithful(told) if told.kind == "faithful" else asyncio.run(running(told))
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else report.TITLE
    PAGE.write_text(report.with_section(page, name, list(lines)), encoding="utf-8")
    print(f"{PAGE.name} is written")


def _command() -> str:
    """As it was asked for, but for where records are kept."""
    words = sys.argv[1:]
    if "--records" in words:
        at = words.index("--records")
        del words[at : at + 2]
    return " ".join(("python -m benchmarks.explaining", *words))


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


if __name__ == "__main__":
    main()
