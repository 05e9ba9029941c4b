"""Makes requests from forms: alternatives chosen, slots filled, written as people write.

Decides how passages, foreign texts and beginnings are put together, and how
requests are disfigured: no capitals, no marks, slips of the finger. All chance
comes from the `Random` that is handed in.
"""

import re
from random import Random

from services.worker.training.task_texts import other_tongues
from services.worker.training.task_texts.telling import beginning, tale, with_zu
from services.worker.training.task_texts.tongues import TONGUES, Form, fillings

_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_MARKS = re.compile(r"[.,:;!?\"¿¡。，：；！？“”]")
_NAMES, _UNHEARD_OF = frozenset({"topic", "person", "place", "thing", "things", "word", "act"}), 0.3
_CAPITALS = 0.7  # of the texts that could begin with a small letter
_POLITE = {
    "en": (("please ", "hi, ", "hello! ", "ok, ", "hey ", "so, "), (" thanks", " please", " thx!")),
    "es": (("por favor, ", "hola, ", "oye, ", "bueno, "), (" gracias", " por favor")),
    "de": (("bitte ", "hallo, ", "hi, ", "also, "), (" danke", " bitte", " danke dir!")),
    "zh": (("请", "你好，", "麻烦", "那个，"), ("，谢谢", "，拜托")),
}


def request(form: Form, chance: Random) -> tuple[str, str]:
    """One request of a form, and its skeleton: what of it was said by the form alone."""
    template = form.template
    while choice := _CHOICE.search(template):
        chosen = chance.choice(choice.group(1).split("|"))
        template = template[: choice.start()] + chosen + template[choice.end() :]
    skeleton = plain(template)
    if form.kind in ("summary", "translation", "question"):
        template = _laid_out(template, chance)
    text = _SLOT.sub(lambda slot: _filled(slot.group(1), form, chance), template)
    if form.is_wider and chance.random() < _CAPITALS:
        text = text[:1].upper() + text[1:]
    if form.kind not in ("completion", "chat") and chance.random() < 0.15:
        before, after = _POLITE[form.tongue]
        text = (
            chance.choice(before) + text if chance.random() < 0.6 else text + chance.choice(after)
        )
    return _disfigured(text.strip(), form, chance), skeleton


def plain(text: str) -> str:
    """A text as who disregards capitals, marks and gaps reads it."""
    return " ".join(_MARKS.sub(" ", text).casefold().split())


def _laid_out(template: str, chance: Random) -> str:
    """Put line ends between an instruction and the text that it speaks of."""
    if chance.random() < 0.5:
        return template
    gap = chance.choice(("\n", "\n\n"))
    template = re.sub(r"\s*(\{passage\}|\{foreign\})\s*", rf"{gap}\1{gap}", template)
    return template.strip()


def _filled(slot: str, form: Form, chance: Random) -> str:
    match slot:
        case "passage":
            tongue = form.tongue if chance.random() < 0.75 else chance.choice(TONGUES)
            most = chance.choice((3, 3, 6, 12))
            return _passage(tongue, form.part, chance.randint(2, most), chance)
        case "foreign":
            return _foreign(form, chance.choice((1, 1, 2, 3, 6)), chance)
        case "foreignshort":
            return _foreign(form, 1, chance)
        case "opening":
            return _opening(form, chance)
        case "tale" | "broken" | "line":
            return _told(slot, form, chance)
        case "zuact":
            return with_zu(chance.choice(fillings(form.tongue, "act", form.part)))
        case "code":
            return chance.choice(other_tongues.CODE_NAMES)
        case "langs":
            return chance.choice(fillings(form.tongue, "lang", form.part)) + "e"
        case _:
            chosen = chance.choice(fillings(form.tongue, slot, form.part))
            is_name = form.part == "train" and slot in _NAMES
            return _unheard_of(chosen, form.tongue, chance) if is_name else chosen


def _told(slot: str, form: Form, chance: Random) -> str:
    if slot != "line":
        told = tale(form.tongue, form.part, chance)
        return told if slot == "tale" else beginning(told, form.tongue, chance)
    line = chance.choice(fillings(form.tongue, "line", form.part))
    if form.part == "train":
        line = _about_others(line, form.tongue, chance)
    return beginning(line, form.tongue, chance)


def _unheard_of(name: str, tongue: str, chance: Random) -> str:
    """Now and then a name that there is not: what is asked must not hang on knowing it."""
    if chance.random() < _UNHEARD_OF:
        if tongue == "zh":
            return "".join(chr(chance.randrange(0x4E00, 0x8FFF)) for _ in name)
        letters = list(name.rpartition(" ")[2])
        chance.shuffle(letters)
        name = f"{name.rpartition(' ')[0]} {''.join(letters)}".strip()
    return name


def _passage(tongue: str, part: str, count: int, chance: Random) -> str:
    known = fillings(tongue, "sentence", part)
    if part == "train":
        known = (*known, *fillings(tongue, "line", part))
    sentences = chance.sample(known, min(count, len(known)))
    if part == "train":
        sentences = [
            tale(tongue, part, chance)
            if chance.random() < 0.5
            else _about_others(sentence, tongue, chance)
            for sentence in sentences
        ]
    return ("" if tongue == "zh" else " ").join(sentences)


def _about_others(sentence: str, tongue: str, chance: Random) -> str:
    """Put words that nobody has seen into a sentence: there are few sentences, texts are many."""
    share = chance.choice((0.0, 0.3, 0.5))
    words = list(sentence) if tongue == "zh" else sentence.split(" ")
    for place, word in enumerate(words):
        if chance.random() < share and word.isalpha():
            if tongue == "zh":
                words[place] = chr(chance.randrange(0x4E00, 0x8FFF))
            elif len(word) > 3:
                letters = list(word)
                chance.shuffle(letters)
                words[place] = "".join(letters)
    return ("" if tongue == "zh" else " ").join(words)


def _foreign(form: Form, count: int, chance: Random) -> str:
    """Text to be translated: mostly in another language than the request."""
    if chance.random() < 0.25:
        own = chance.choice(list(other_tongues.SENTENCES.values()))
        return " ".join(chance.choice(own) for _ in range(count))
    others = [tongue for tongue in TONGUES if tongue != form.tongue]
    tongue = form.tongue if chance.random() < 0.3 else chance.choice(others)
    return _passage(tongue, form.part, count, chance)


def _opening(form: Form, chance: Random) -> str:
    """The beginning of a text, broken off in a sentence."""
    before = _passage(form.tongue, form.part, chance.choice((0, 0, 1, 2)), chance)
    last = _passage(form.tongue, form.part, 1, chance).rstrip(".!?。！？")
    if form.tongue == "zh":
        return before + last[: chance.randint(4, max(5, len(last) - 2))]
    words = last.split()
    return f"{before} {' '.join(words[: chance.randint(2, max(3, len(words) - 1))])}".strip()


def _disfigured(text: str, form: Form, chance: Random) -> str:
    if chance.random() < 0.3:
        text = text.lower()
    elif chance.random() < 0.02:
        text = text.upper()
    if form.kind != "completion":
        if chance.random() < 0.25:
            text = text.rstrip(".!?。！？")
        if chance.random() < 0.08:
            text = _MARKS.sub("", text)
    if chance.random() < 0.2:
        for _ in range(chance.randint(1, 2)):
            text = _slip(text, chance)
    return text


def _slip(text: str, chance: Random) -> str:
    """One slip: a character left out, doubled, or swapped with its neighbour."""
    if len(text) < 8:
        return text
    at = chance.randrange(1, min(len(text), 80) - 1)
    match chance.randrange(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
