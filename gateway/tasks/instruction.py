"""What of a free text is the instruction, and what it speaks of.

Pure. Takes an instruction out only where that is safe: where a colon, a line's
or a sentence's end, a dash or quotation marks part it from the rest, and every
word of it is one that the task's own instruction says too. A summary may be asked
for in a form as well ("in one sentence"): then the text stays whole, and is
summarized with the instruction in it. One word more ("formally") might matter,
and nothing is found.

>>> separated("Translate into French: the cat", TRANSLATION)
Separated(passage='the cat', words=None, is_whole=False)
>>> separated("Translate into formal French: the cat", TRANSLATION) is None
True
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from gateway.tasks.instruction_words import (
    IDEOGRAPH,
    SUMMARY,
    TRANSLATION,
    Instruction,
    is_plain,
    says_form,
)
from gateway.tasks.language_names import folded

__all__ = ["SUMMARY", "TRANSLATION", "Separated", "separated"]

_LONGEST = 200  # characters of an instruction
_MOST_WORDS = 2000
# What stands beside an instruction is a text to summarize from so many words or ideographs on.
_LEAST_WORDS = 15
_LEAST_IDEOGRAPHS = 30
_STOP = ".?!\u3002\uff01\uff1f"
_DASH = r"\s(?:-{1,2}|[-=]{0,3}>|[\u2013\u2014\u2192])\s"
# At the beginning: the instruction, and what parts it from the rest.
_HEAD = re.compile(rf"([^:\uff1a\n]{{1,{_LONGEST}}})[:\uff1a\n]\s*")
_HEAD_DASH = re.compile(rf"([^\n]{{1,{_LONGEST}}}?){_DASH}\s*")
_FIRST = re.compile(rf"([^{_STOP}\n]{{1,{_LONGEST}}})(?:[.?!]+\s+|[\u3002\uff01\uff1f]+\s*)")
# At the end: the end of the rest, and the instruction.
_TAIL = re.compile(r"(.*)\n\s*+([^\n]++)$", re.DOTALL)
_TAIL_DASH = re.compile(rf"(.*){_DASH}\s*+([^\n]++)$", re.DOTALL)
_LAST = re.compile(rf"(.*[{_STOP}])\s*+([^{_STOP}\n]++)[{_STOP}]*+$", re.DOTALL)
_QUOTATION_MARKS = (
    ('"', '"'),
    ("'", "'"),
    ("\u201c", "\u201d"),
    ("\u201e", "\u201c"),
    ("\u2018", "\u2019"),
    ("\u00ab", "\u00bb"),
    ("\u300c", "\u300d"),
)
_QUOTED = tuple(
    re.compile(
        rf"^([^{begin}{end}]{{0,{_LONGEST}}}+){begin}([^{begin}{end}]++){end}"
        rf"([^{begin}{end}]{{0,{_LONGEST}}}+)$",
        re.DOTALL,
    )
    for begin, end in _QUOTATION_MARKS
)
# A quotation that is cut is not a passage; an apostrophe is no quotation mark.
_QUOTES = re.compile(
    r"[\"\u201c-\u201f\u00ab\u00bb\u300c\u300d]|(?<!\w)['\u2018\u2019]|['\u2018\u2019](?!\w)"
)
# Up to three words that stand within the instruction without marks: "the French word for umbrella".
_WITHIN = re.compile(
    r"^([^\n]*\b(?:say|word\ for|term\ for|translation\ of|hei(?:\u00df|ss)t|sagt\ man|dice|digo))"
    r"\s+((?:[^\s.:?!]+\s+){0,2}?[^\s.:?!]+)(\s+(?:in|auf|en)\s+[^\s.:?!]+)?[.?!\s]*$",
    re.IGNORECASE,
)
# What says more about how than what: "how do you say no politely", "goodbye to a friend".
_MANNER = re.compile(
    r"\b(?:\w+ly|\w+mente|\w*formal|formell|hoflich|polite|slang|to|when|zu|wenn|a|cuando|si|if|for|fur|para)\b"
)
# A short line of its own may say what to do with the rest: "Rewrite this.\n\n…".
_OWN_LINE = re.compile(rf"[^\n]{{1,80}}[:\uff1a{_STOP}]\s*\n")
_WORD_FOR_WORD = re.compile(r"\b(\w+) \w+ \1\b")
# How a second sentence begins that is still about what to do.
_FURTHER = re.compile(
    r"\s*(?:please|use|make|keep|be|do|don|write|also|then|and|it should|say|explain|tell|add|name"
    r"|bitte|benutze?|verwende|mach|schreib|achte?|dann|und|auch|es soll|erklar"
    r"|por favor|usa|haz|escribe|tambien|luego|despues|y|explica|que sea)\b"
    r"|\s*(?:请|要|不要|不用|然后|再|并|语气|使用|用)"
)
_LENGTH = re.compile(
    r"(?:\b(?:in|en|mit)\s+(?:about\s+|around\s+|etwa\s+|unas\s+)?(\d{1,4})\s*"
    r"(?:words|palabras|wortern|worten)\b|用?(\d{1,4})(?:个)?[字词])"
)


@dataclass(frozen=True, slots=True)
class Separated:
    """What the instruction speaks of, and how many words it asks for, where it does.

    `is_whole`: the instruction is still in it, for it says more than can be said otherwise.
    """

    passage: str
    words: int | None
    is_whole: bool = False


def separated(text: str, instruction: Instruction) -> Separated | None:
    """Take the instruction out; None where that is not safe.

    1. What is quoted is the passage, where all around it is the instruction.
    2. Else what stands behind the first colon or line's end, where all before it is.
    3. Else what stands before the last line, where that is the instruction; or beside
       a dash, the first sentence or the last one.
    4. Else, to be translated, the few words of "how do you say … in French".
    5. Else, to be summarized, the whole text, where one end of it asks for a summary
       and says nothing beside but of what form, and the rest is long enough for a text.
    """
    text = text.strip()
    for told, passage in _parted(text):  # 1, 2, 3
        if found := _taken_out(told, passage, instruction):
            return found
    if instruction.names_languages:  # 4
        return _within(text, instruction)
    for told, passage in _unquoted(text):  # 5
        if len(told) > _LONGEST or not _is_text(passage):
            continue
        plain, words = _length(told)
        if _allowed(words, instruction) and says_form(plain, instruction):
            return Separated(text, words, is_whole=True)
    return None


def _taken_out(told: str, passage: str, instruction: Instruction) -> Separated | None:
    if len(told) > _LONGEST or not any(map(str.isalnum, passage)):
        return None
    plain, words = _length(told)
    if not _allowed(words, instruction) or not is_plain(plain, instruction):
        return None
    if _WORD_FOR_WORD.search(plain):
        return None
    return Separated(passage.strip(), words)


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Each way to part a text into what may be an instruction and what it speaks of."""
    for quoted in _QUOTED:  # 1
        if match := quoted.match(text):
            yield f"{match.group(1)} {match.group(3)}", match.group(2)
    yield from _unquoted(text)  # 2, 3


def _unquoted(text: str) -> Iterator[tuple[str, str]]:
    for told, passage in (*_marked(text), *_beside(text)):
        if not _QUOTES.search(told):
            yield told, passage


def _marked(text: str) -> Iterator[tuple[str, str]]:
    yield from _begun(text, _HEAD)
    yield from _ended(text, _TAIL)


def _beside(text: str) -> Iterator[tuple[str, str]]:
    """Beside a dash, the first and the last sentence, where the rest does not instruct as well."""
    for border in (_HEAD_DASH, _FIRST):
        for told, passage in _begun(text, border):
            if not _goes_on(passage):
                yield told, passage
    for border in (_TAIL_DASH, _LAST):
        for told, passage in _ended(text, border):
            if not _is_led(passage):
                yield told, passage


def _begun(text: str, border: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    if match := border.match(text):
        yield match.group(1), text[match.end() :]


def _ended(text: str, border: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    start = max(0, len(text) - 2 * _LONGEST)
    if match := border.match(text, start):
        yield match.group(2), text[: match.end(1)]


def _goes_on(passage: str) -> bool:
    """Whether the instruction goes on here: "The text is in Dutch. Translate it. …"."""
    opening = folded(passage[:_LONGEST])
    first = _FIRST.match(opening)
    return bool(_FURTHER.match(opening)) or any(
        is_plain(first.group(1) if first else opening, known) for known in (SUMMARY, TRANSLATION)
    )


def _is_led(passage: str) -> bool:
    """Whether a text begins with an instruction itself, or may: "Rewrite this politely: …"."""
    head, first = _HEAD.match(passage), _FIRST.match(passage)
    is_colon_led = head is not None and (first is None or head.end(1) < first.end(1))
    if is_colon_led or _OWN_LINE.match(passage):
        return True
    opening = folded((first.group(1) if first else passage)[:_LONGEST])
    return bool(_FURTHER.match(opening)) or any(
        known.asks.search(opening) for known in (SUMMARY, TRANSLATION)
    )


def _within(text: str, instruction: Instruction) -> Separated | None:
    match = _WITHIN.match(text) if len(text) <= _LONGEST else None
    if match is None or _MANNER.search(folded(match.group(2))):
        return None
    words = folded(match.group(2)).split()
    if instruction.words.issuperset(words):  # "how do you say this in French"
        return None
    return _taken_out(f"{match.group(1)} {match.group(3) or ''}", match.group(2), instruction)


def _length(told: str) -> tuple[str, int | None]:
    """An instruction in folded letters without the length that it asks for, and that."""
    plain = folded(told)
    length = _LENGTH.search(plain)
    words = int(length.group(1) or length.group(2)) if length else None
    return _LENGTH.sub(" ", plain), words


def _allowed(words: int | None, instruction: Instruction) -> bool:
    return words is None or (not instruction.names_languages and 1 <= words <= _MOST_WORDS)


def _is_text(passage: str) -> bool:
    """Whether it is long enough to be a text, and not more of the instruction."""
    # No further than is needed to know: a text may be a MiB.
    words = len(passage.split(None, _LEAST_WORDS - 1))
    return words >= _LEAST_WORDS or _has(_LEAST_IDEOGRAPHS, IDEOGRAPH.finditer(passage))


def _has(count: int, found: Iterator[object]) -> bool:
    return next(islice(found, count - 1, None), None) is not None
