"""Chats: an interactive dialogue with history, streamed.

Decides what a turn is and what /commands do. An answer that fails or is
interrupted is not kept, nor the question that led to it. The person's lines are
read outside the event loop, so that Ctrl-C at the prompt ends the talk and
Ctrl-C in an answer ends the answer alone.
"""

import asyncio
import sys

from services.cli import requests
from services.cli.answers import Answer
from services.cli.asking import shown, tell_more
from services.cli.client import calling
from services.cli.faults import NOTHING_ANSWERS, USAGE, Complaint, tell
from services.cli.options import Connection, Output, SamplingFlags
from services.cli.texts import check_words
from services.runtime.text import Text

HELP = "/quit ends, /clear forgets the dialogue, /help shows this; Ctrl-C stops an answer."


class Dialogue:
    """The turns so far, oldest first."""

    def __init__(self, system: str | None) -> None:
        self._first = [("system", Text(system))] if system else []
        self.turns: list[tuple[str, Text]] = list(self._first)

    def with_question(self, question: str) -> list[tuple[str, Text]]:
        """The turns and a new question, which is not yet kept."""
        return [*self.turns, ("user", Text(question))]

    def answered(self, question: str, answer: Text) -> None:
        """Keep a question and its answer."""
        self.turns += [("user", Text(question)), ("assistant", answer)]

    def cleared(self) -> None:
        """Forget all but the instructions."""
        self.turns = list(self._first)


def chat(connection: Connection, flags: SamplingFlags, output: Output, system: str | None) -> None:
    """Talk until /quit or the end of stdin; raises Complaint where nothing answers."""
    if output.plan:
        hint = "`evenflow ask --plan` shows how one question would be answered"
        complaint = "--plan: a talk that has not begun is not planned"
        raise Complaint(complaint, hint=hint, exit_code=USAGE)
    dialogue = Dialogue(system)
    with asyncio.Runner() as runner:
        # Before the first question is typed: is anybody there at all?
        models = runner.run(_models(connection))
        if sys.stdin.isatty():
            print(f"{', '.join(models) or 'no model served yet'}. {HELP}", file=sys.stderr)
        while (line := _read_line()) is not None and line != "/quit":
            if line == "/clear":
                dialogue.cleared()
            elif line.startswith("/"):
                print(HELP, file=sys.stderr)
            elif line:
                _turn(runner, dialogue, line, connection, flags, output)


def _turn(
    runner: asyncio.Runner,
    dialogue: Dialogue,
    question: str,
    connection: Connection,
    flags: SamplingFlags,
    output: Output,
) -> None:
    """One question and its answer; a refusal is told, and the talk goes on."""
    try:
        answer = runner.run(_answer(dialogue.with_question(question), connection, flags, output))
    except KeyboardInterrupt:
        print("(stopped)", file=sys.stderr)
        return
    except Complaint as complaint:
        if complaint.exit_code == NOTHING_ANSWERS:
            raise
        tell(complaint)
        return
    if answer.text:
        dialogue.answered(question, answer.text)
    tell_more(answer, output)


async def _answer(
    turns: list[tuple[str, Text]], connection: Connection, flags: SamplingFlags, output: Output
) -> Answer:
    async with calling(connection) as caller:
        return await shown(caller, requests.chat(turns, flags), output)


async def _models(connection: Connection) -> tuple[str, ...]:
    async with calling(connection) as caller:
        return await caller.models()


def _read_line() -> str | None:
    """A line from the person, "" where it is none that can be sent, None at the end."""
    try:
        line = input("> " if sys.stdin.isatty() else "").strip()
        check_words({"this line": line})
    except EOFError:
        return None
    except UnicodeDecodeError:
        tell(Complaint("this line: not UTF-8 text"))
    except Complaint as complaint:
        tell(complaint)
    else:
        return line
    return ""
