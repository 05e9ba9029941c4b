"""What of a free text is the instruction, and what it speaks of.

Pure. Takes an instruction out only where that is safe: where a colon, a line's
end or quotation marks part it from the rest, and every word of it is one that
the task's own instruction says too. One word more ("formally", "in one line")
might matter, and the text is left whole. Knows English, Spanish, German and
Chinese; languages' names in all of these.

>>> separated("Translate into French: the cat", TRANSLATION)
Separated(passage='the cat', words=None)
>>> separated("Translate into formal French: the cat", TRANSLATION) is None
True
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.tasks.language_names import CODES, folded

_LONGEST = 200  # characters of an instruction
_MOST_WORDS = 2000
_HEAD = re.compile(r"^([^:\uff1a\n]+)[:\uff1a\n]\s*(.+)$", re.DOTALL)
_TAIL = re.compile(r"^(.+)\n\s*([^\n]+)$", re.DOTALL)
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
    re.compile(rf"^([^{begin}{end}]*){begin}([^{begin}{end}]+){end}([^{begin}{end}]*)$", re.DOTALL)
    for begin, end in _QUOTATION_MARKS
)
_WORDS = re.compile(r"[^\W\d_]+")
_IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LENGTH = re.compile(
    r"(?:\b(?:in|en|mit)\s+(?:about\s+|around\s+|etwa\s+|unas\s+)?(\d{1,4})\s*"
    r"(?:words|palabras|wortern|worten)\b|用?(\d{1,4})(?:个)?[字词])"
)
_BOTH = frozenset(
    "please can could you would kindly me for the this that following text below above it a of "
    "here is article passage paragraph "
    "por favor puedes podrias me el la los este esta siguiente texto de del lo un una articulo "
    "bitte den diesen folgenden text das die der dieses mir kannst konntest du sie konnen "
    "artikel absatz abschnitt ".split()
)


@dataclass(frozen=True)
class Instruction:
    """How a task is asked for: one of `verbs` at least, and of `words` any, in folded letters.

    In Chinese, which parts no words: `signs` are the verbs' and `characters` may stand beside.
    """

    verbs: frozenset[str]
    words: frozenset[str]
    signs: re.Pattern[str]
    characters: frozenset[str]
    names_languages: bool = False


TRANSLATION = Instruction(
    verbs=frozenset(
        "translate translation say traduce traducir traduzca traduzcas traduceme traduccion dice "
        "ubersetze ubersetz ubersetzen ubersetzung sagt".split()
    ),
    words=_BOTH
    | frozenset(
        "to into in from do i how one sentence phrase word words al en desde idioma frase oracion "
        "como se palabra ins auf aus dem vom von nach satz wort wie man und".split()
    ),
    signs=re.compile("翻译|翻譯|译[成为]|怎么说"),
    characters=frozenset(
        "请將把将以下面列这那个段句话子文字本内容翻译譯成为為到中帮我一从您你能可的吗用怎么说"
    ),
    names_languages=True,
)
SUMMARY = Instruction(
    verbs=frozenset(
        "summarize summarise summary tldr tl dr resume resumir resumen resuma fasse zusammen "
        "zusammenfassung".split()
    ),
    words=_BOTH | frozenset("give write make haz hazme escribe gib schreibe eine von".split()),
    signs=re.compile("总结|總結|概括|摘要|概述"),
    characters=frozenset(
        "请將把将以下面列这那个段篇文章字本内容总结總結概括摘要述帮我一为写的给出您你能可吗"
    ),
)


@dataclass(frozen=True, slots=True)
class Separated:
    """What the instruction speaks of, and how many words it asks for, where it does."""

    passage: str
    words: int | None


def separated(text: str, instruction: Instruction) -> Separated | None:
    """Take the instruction out; None where that is not safe.

    1. What is quoted is the passage, where all around it is the instruction.
    2. Else what stands behind the first colon or line's end, where all before it is.
    3. Else what stands before the last line, where that is the instruction.
    """
    for told, passage in _parted(text.strip()):
        if len(told) > _LONGEST or not any(map(str.isalnum, passage)):
            continue
        plain = folded(told)
        length = _LENGTH.search(plain)
        words = int(length.group(1) or length.group(2)) if length else None
        if words is not None and (instruction.names_languages or not 1 <= words <= _MOST_WORDS):
            continue
        if _is_plain(_LENGTH.sub(" ", plain), instruction):
            return Separated(passage.strip(), words)
    return None


def _parted(text: str) -> Iterator[tuple[str, str]]:
    """Each way to part a text into what may be an instruction and what it speaks of."""
    for quoted in _QUOTED:  # 1
        if match := quoted.match(text):
            yield f"{match.group(1)} {match.group(3)}", match.group(2)
    if match := _HEAD.match(text):  # 2
        yield match.group(1), match.group(2)
    if match := _TAIL.match(text):  # 3
        yield match.group(2), match.group(1)


def _is_plain(told: str, instruction: Instruction) -> bool:
    """Whether this asks for the task, and says nothing beside."""
    if any(map(str.isdigit, told)):
        return False
    asks = bool(instruction.signs.search(told))
    if instruction.names_languages:
        for name in _IDEOGRAPHIC_NAMES:
            told = told.replace(name, " ")
    if any(sign not in instruction.characters for sign in _IDEOGRAPH.findall(told)):
        return False
    words = _WORDS.findall(_IDEOGRAPH.sub(" ", told))
    asks = asks or any(word in instruction.verbs for word in words)
    return asks and all(_may_stand(word, instruction) for word in words)


def _may_stand(word: str, instruction: Instruction) -> bool:
    if word in instruction.verbs or word in instruction.words:
        return True
    return instruction.names_languages and word in _NAMES


_IDEOGRAPHIC_NAMES = sorted(filter(_IDEOGRAPH.match, CODES), key=len, reverse=True)
# German puts an ending on some: "ins Französische", "aus dem Deutschen".
_NAMES = frozenset(name + ending for name in CODES for ending in ("", "e", "en"))
