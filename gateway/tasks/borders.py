"""Where a text may be cut: behind paragraphs, sentences and lines; words, where it must.

Pure. Decides by Unicode's rules (UAX 29) with the library's character data, not by
language: what ends a sentence in Chinese, Spanish or German is a matter of its
characters. Three things are taken from the languages themselves, since a point
there mostly ends nothing: behind one letter, behind a number of two digits, and
behind the abbreviations below. A border missed or found too many costs little: it
is one of the places where a part may end. Knows no tokens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

import regex

# English, German, Spanish; those of one letter need not be told.
_ABBREVIATIONS = (
    "Dr|Mr|Mrs|Ms|St|Prof|Jr|Sr|vs|cf|Fig|No|Vol|Gen|Col|Rev|Hon|approx|dept|etc|"
    "Hr|Fr|Nr|Bd|bzw|usw|vgl|ca|evtl|ggf|Abs|Abb|Kap|Str|"
    "Sra|Srta|Dra|Ud|Uds|pág|núm|aprox|Avda"
)


def _is(*values: str) -> str:
    return "[" + "".join(rf"\p{{Sentence_Break={value}}}" for value in values) + "]"


# Numbers are those of UAX 29's rules. What looks ahead is bounded, and nothing is tried twice:
# the time stays in proportion to the text, whatever it holds.
_SENTENCE = regex.compile(
    rf"""(?:
      {_is("ATerm")}
      (?<! \b (?: \p{{L}} | \d{{1,2}} | {_ABBREVIATIONS} ) . )
      (?! {_is("Numeric")} )                                             # SB6
      (?! (?<= {_is("Upper", "Lower")} . ) {_is("Upper")} )              # SB7
      {_is("Close")}*+ {_is("Sp")}*+
      (?! [^\p{{Sentence_Break=OLetter}}\p{{Sentence_Break=Upper}}\p{{Sentence_Break=Lower}}
            \p{{Sentence_Break=Sep}}\p{{Sentence_Break=CR}}\p{{Sentence_Break=LF}}
            \p{{Sentence_Break=STerm}}\p{{Sentence_Break=ATerm}}]{{0,32}}+ {_is("Lower")} )  # SB8
    | {_is("STerm")} {_is("Close")}*+ {_is("Sp")}*+
    ) (?! {_is("SContinue", "STerm", "ATerm")} )                         # SB8a
    """,
    regex.VERBOSE | regex.VERSION1,
)
# Of signs side by side only the last can end a sentence: the one before breaks SB8a.
_ENDS = regex.compile(rf"{_is('STerm', 'ATerm')}++", regex.VERSION1)
# Only where they end matters, so they begin at a line's end: were the space before it part of them,
# a long run of it would be looked through again from each of its places.
_PARAGRAPH = regex.compile(r"\n[^\S\n]*+\n\s*+|\u2029\s*+")
_LINE = regex.compile(r"\n[^\S\n]*+|\u2028")
# A word, or a space, or a sign: UAX 29's words, which divide Chinese and Thai too, if roughly.
_WORD = regex.compile(r"\b", regex.WORD | regex.VERSION1)
_GRAPHEME = regex.compile(r"\X")
# Two make a flag. At each of them the library counts those before it: a long run takes its square.
_OF_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# Characters that are looked through in one go, and those beside that are looked at with them.
_WINDOW = 256
_MARGIN = 32


class Border(IntEnum):
    """What ends where a text may be cut; the greater, the better a place."""

    WORD = 1
    LINE = 2
    SENTENCE = 3
    PARAGRAPH = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """Characters `begin` to `end` of a text, the space behind them included.

    `tokens` is 0 as long as they are not counted.
    """

    begin: int
    end: int
    border: Border
    tokens: int = 0


def units(text: str, most: int) -> list[Unit]:
    """Divide a text into units that need no cut inside, at most so many."""
    borders: dict[int, Border] = {len(text): Border.PARAGRAPH}
    for matches, border in (
        (_LINE.finditer(text), Border.LINE),
        (_sentences(text), Border.SENTENCE),
        (_PARAGRAPH.finditer(text), Border.PARAGRAPH),
    ):
        borders.update((match.end(), border) for match in matches)
    found: list[Unit] = []
    begin = seen = 0
    for end in sorted(borders):
        border = borders[end]
        # What is before `seen` is not looked at again: a text may begin with many empty lines.
        is_space, seen = not text[seen:end].strip(), end
        if is_space:
            # Space alone belongs to what stands before it.
            if found:
                found[-1] = replace(found[-1], end=end, border=max(border, found[-1].border))
                begin = end
            continue
        found.append(Unit(begin, end, border))
        begin = end
    return found if len(found) <= most else _joined(found, most)


def shorter(text: str, unit: Unit, most: int) -> Iterator[Unit]:
    """Divide a unit of too many tokens at words, or, where there are none, between characters."""
    if unit.tokens <= most:
        yield unit
        return
    characters = unit.end - unit.begin
    step = max(1, characters * most * 9 // (unit.tokens * 10))
    begin = unit.begin
    while unit.end - begin > step:
        end = _cut(text, begin, begin + step)
        yield Unit(begin, end, Border.WORD, _share(unit, end - begin))
        begin = end
    yield replace(unit, begin=begin, tokens=_share(unit, unit.end - begin))


def _sentences(text: str) -> Iterator[regex.Match[str]]:
    """Where sentences end. Each is a call of its own: one call holds up every other thread."""
    for ends in _ENDS.finditer(text):
        if match := _SENTENCE.match(text, ends.end() - 1):
            yield match


def _joined(found: list[Unit], most: int) -> list[Unit]:
    """Fewer units: neighbours together, until each has its share of the characters."""
    share = 2 * found[-1].end // most + 1
    joined: list[Unit] = []
    for unit in found:
        if joined and joined[-1].end - joined[-1].begin < share:
            joined[-1] = replace(unit, begin=joined[-1].begin)
        else:
            joined.append(unit)
    return joined


def _share(unit: Unit, characters: int) -> int:
    return unit.tokens * characters // (unit.end - unit.begin) + 1


def _cut(text: str, begin: int, end: int) -> int:
    """The last place up to `end` where a word ends, or a character as people see it."""
    middle = (begin + end) // 2
    for last in range(end, middle, -_WINDOW):
        first = max(middle + 1, last - _WINDOW + 1)
        for place in reversed(_places(_WORD, text, begin, first, last)):
            if not text[place : place + 1].isspace():
                return place
    first = max(begin + 1, end - _WINDOW + 1)
    return max(_places(_GRAPHEME, text, begin, first, end), default=end)


def _places(pattern: regex.Pattern[str], text: str, begin: int, first: int, last: int) -> list[int]:
    """Where matches end, from `first` to `last`; `begin` is a border before them."""
    start = max(0, first - _MARGIN)
    if text[start - 1 : start] in _OF_FLAGS:
        start = max(start, begin)
        before = text[begin:start]
        start -= (len(before) - len(before.rstrip(_OF_FLAGS))) % 2
    seen = text[start : last + 1 + _MARGIN]
    matches = pattern.finditer(seen, 0, last + 1 - start)
    return [place for match in matches if first <= (place := start + match.end()) <= last]
