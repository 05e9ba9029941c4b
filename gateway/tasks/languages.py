"""Between which languages a free text asks to be translated.

Pure. A rule, not a model: who asks for a translation names the language, in one
of a few turns. Decides which of the languages named is meant as source and
which as target, and what is supposed of those that are not named. Does not
decide whether a text asks for a translation at all: a classifier does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.tasks.language_names import CODES, folded
from gateway.tasks.spoken import spoken_in

_WINDOW = 400  # characters at either end of a text in which an instruction is looked for
_NAME = "|".join(sorted(map(re.escape, CODES), key=len, reverse=True))
_NAMED = re.compile(rf"(?<![^\W\d_])(?:{_NAME})(?:en?)?(?![^\W\d_])")
_CHINESE = re.compile("|".join(sorted((n for n in CODES if n[0] >= "\u4e00"), key=len)[::-1]))
_TO = re.compile(
    r"(?:\b(?:to|into|in|ins|auf|nach|al?|en|para|hacia)|[成为為到用]|->|→|=>)"
    r"(?:\s+(?:the|das|el|idioma|lengua|plain|simple|good|natural))*\s*$"
)
_FROM = re.compile(r"(?:\b(?:from|aus|vom|von|del?|desde)|[从從由])(?:\s+(?:the|dem|el))*\s*$")
_IS_SOURCE = re.compile(r"\s*(?:text|satz|brief|sentence|letter|(?:in)?to\b|[-=]>|→|[译譯翻])")
# How translating is spoken of, by the language that speaks.
_SPEAKING = (
    ("de", re.compile(r"u(?:e)?bersetz|ubertrag|\bsagt\b|\bsage\b|heisst")),
    ("es", re.compile(r"traduc|traduz|\bdic[eo]\b|\bdecir\b|\bdi\b")),
    ("zh", re.compile(r"[译譯]|怎么[说說]|怎麼[说說]")),
    ("en", re.compile(r"translat|\bsay\b|\brender\b|\bput\b|\bversion\b|\bword for\b")),
)
_SENTENCE = re.compile(
    r"[^\n.:;!?\"\u3002\uff1a\uff1b\uff01\uff1f\u201c-\u201e\u00ab\u00bb\u300c\u300d]+"
)


@dataclass(frozen=True)
class Languages:
    """ISO 639-1 codes; "" where not known."""

    source: str
    target: str


@dataclass(frozen=True)
class _Mention:
    code: str
    role: str  # target, source, or "" where only the name stands


def languages_of(text: str) -> Languages:
    """The languages of a request for a translation, its instruction at either end.

    1. The sentence that speaks of translating says the target; else any that says "into …".
    2. A language that is only named is the target, unless it is the source.
    3. No target: the language the instruction is written in, if the rest is in another.
    4. No source: the language the rest is written in.
    """
    sentences = list(_sentences(text))
    speaking = [sentence for sentence in sentences if _speaks(sentence)]
    asked = [mention for sentence in speaking for mention in _mentions(sentence)]
    anywhere = [mention for sentence in sentences for mention in _mentions(sentence)]
    target = _first(asked, "target") or _first(anywhere, "target") or _first(asked, "")
    source = _first(asked, "source")
    rest = text
    for sentence in speaking:
        rest = rest.replace(sentence, " ")
    speaker = _speaks(speaking[0]) if speaking else ""
    source = source or (spoken_in(rest) if any(map(str.isalpha, rest)) else speaker)
    if not target and speaker != source:
        target = speaker
    return Languages("" if source == target else source, target)


def _speaks(sentence: str) -> str:
    """The language in which a sentence speaks of translating; "" if it does not."""
    told = folded(sentence)
    return next((code for code, verb in _SPEAKING if verb.search(told)), "")


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text's beginning and end."""
    if len(text) <= 2 * _WINDOW:
        yield from _SENTENCE.findall(text)
    else:
        yield from _SENTENCE.findall(text[:_WINDOW])
        yield from _SENTENCE.findall(text[-_WINDOW:])


def _mentions(sentence: str) -> Iterator[_Mention]:
    """The languages named in a sentence, in order, with what stands around them."""
    told = folded(sentence)
    for match in _named(told):
        name = match.group()
        code = CODES.get(name) or CODES.get(name.removesuffix("n").removesuffix("e"), "")
        if not code:
            continue
        before, after = told[: match.start()], told[match.end() :]
        if _FROM.search(before):
            yield _Mention(code, "source")
        elif _TO.search(before):
            yield _Mention(code, "target")
        elif _IS_SOURCE.match(after):
            yield _Mention(code, "source")
        else:
            yield _Mention(code, "")


def _named(told: str) -> list[re.Match[str]]:
    """Names, those of Chinese within other characters too."""
    spaced = [match for match in _NAMED.finditer(told) if match.group()[0] < "\u4e00"]
    return sorted([*spaced, *_CHINESE.finditer(told)], key=lambda match: match.start())


def _first(mentions: list[_Mention], role: str) -> str:
    return next((mention.code for mention in mentions if mention.role == role), "")
