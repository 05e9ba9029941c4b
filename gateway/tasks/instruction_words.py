"""Of which words an instruction may be made that asks for a task and says nothing beside.

Pure. Vocabularies of English, Spanish, German and Chinese, and the test whether
some words keep within one. They are closed on purpose: a word that is not here
("formally", "for children") might matter, and whoever reads it must see it.
"""

import re
from dataclasses import dataclass

from gateway.tasks.language_names import CODES

IDEOGRAPH = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORDS = re.compile(r"[^\W\d_]+")
_IDEOGRAPHIC_NAMES = sorted(filter(IDEOGRAPH.match, CODES), key=len, reverse=True)
# German puts an ending on some: "ins Französische", "aus dem Deutschen".
_NAMES = frozenset(name + ending for name in CODES for ending in ("", "e", "en"))


@dataclass(frozen=True)
class Instruction:
    """How a task is asked for, in folded letters.

    What matches `asks` asks for it. Beside it may stand any of `words`; in Chinese, which
    parts no words, any of `characters`. They say what the task's own instruction says too.
    `forms` and `form_characters` say how the answer should look, which that does not say.
    """

    asks: re.Pattern[str]
    words: frozenset[str]
    characters: frozenset[str]
    forms: frozenset[str] = frozenset()
    form_characters: frozenset[str] = frozenset()
    names_languages: bool = False


def is_plain(told: str, instruction: Instruction) -> bool:
    """Whether this asks for the task, and says nothing beside."""
    return not any(map(str.isdigit, told)) and _keeps_within(
        told, instruction, instruction.words, instruction.characters
    )


def says_form(told: str, instruction: Instruction) -> bool:
    """Whether this asks for the task, and says nothing beside but how the answer should look."""
    return _keeps_within(
        told,
        instruction,
        instruction.words | instruction.forms,
        instruction.characters | instruction.form_characters,
    )


def _keeps_within(
    told: str, instruction: Instruction, words: frozenset[str], characters: frozenset[str]
) -> bool:
    if not instruction.asks.search(told):
        return False
    if instruction.names_languages:
        for name in _IDEOGRAPHIC_NAMES:
            told = told.replace(name, " ")
        words = words | _NAMES
    spaced = _WORDS.findall(IDEOGRAPH.sub(" ", told))
    return characters.issuperset(IDEOGRAPH.findall(told)) and words.issuperset(spaced)


def _spanish(*verbs: str) -> frozenset[str]:
    """Verbs with the pronouns that Spanish hangs on them: "resúmelo", "pásamela"."""
    pronouns = ("", "me", "nos", "lo", "la", "los", "las", "melo", "mela", "noslo", "nosla")
    return frozenset(verb + pronoun for verb in verbs for pronoun in pronouns)


_KINDS_OF_TEXT = (
    "article story email mail message letter news report document "
    "articulo correo mensaje carta noticia informe documento "
    "artikel nachricht brief bericht meldung geschichte"
).split()
_BESIDE = (
    "please can could will would you i need want kindly me us for the this that these "
    "following text below above it a of here is passage paragraph "
    "por favor puedes podrias puede podria necesito quiero me el la los este esta esto "
    "siguiente anterior texto de del lo un una parrafo arriba abajo "
    "bitte den diesen diese dieser folgenden folgende text das die der dieses mir uns mal "
    "einmal kannst konntest konnen konnten du sie ich brauche hatte gern gerne absatz abschnitt "
    "oben unten dem des im davon "
    "hi hello hey ok so thanks thank thx hola oye bueno gracias hallo danke also"
).split()
_BOTH = frozenset([*_BESIDE, *_KINDS_OF_TEXT, *_spanish("da", "pon")])

TRANSLATION = Instruction(
    asks=re.compile(
        r"\btranslat(?:e|ion|ing)\b|\bsay\b|\b(?:word|term) for\b|\bversion\b"
        r"|\btradu[cz]|\bdi(?:ce|go|cen|ria)\b|\bdecir|\bsignifica\b"
        r"|\bubersetz|\bsagt\b|\bsage\b|\bheisst\b"
        r"|翻译|翻譯|[译翻][成为]|怎么说|[文语]是什么"
        # No verb but whereto ("into French", "bitte auf Spanisch"), and nothing to be written.
        rf"|^(?!.*\b(?:{'|'.join(_KINDS_OF_TEXT)})\b)"
        r".*\b(?:to|into|in|ins|auf|al|en) (?:the |das )?"
        rf"(?:{'|'.join(sorted(map(re.escape, CODES)))})(?:en?)?\b"
    ),
    words=_BOTH
    | _spanish("traduce", "traducir", "traduzca", "traduzcas", "pasa", "pasar", "decir", "di")
    | frozenset(
        "translate translation translating say said put to into in from do does how what s one we "
        "sentence phrase word words term for version give gib "
        "traduccion dice dicen digo diria significa al en desde idioma frase oracion como que "
        "cual es se palabra "
        "ubersetze ubersetz ubersetzen ubersetzung sagt sage heisst was ins auf aus dem vom von "
        "nach satz wort wie man und".split()
    ),
    characters=frozenset(
        "请將把将以下面列这那个段句话子文字本内容翻译譯成為为到中帮我一从您你能可的吗用怎么说是什么上麻烦谢拜托好"
    ),
    names_languages=True,
)
SUMMARY = Instruction(
    asks=re.compile(
        r"\bsummar(?:y|i[sz]e)\b|\btl\W?dr\b|\bsum\b.*\bup\b|\bwhat\b(?=.*\b(?:s|is)\b).*\babout\b"
        r"|\b(?:condense|shorten|digest|outline|short version|in a nutshell)\b"
        r"|\bgist\b|\b(?:key|main) (?:points|ideas?|takeaways)\b"
        r"|\bresum|\bsinte(?:sis|tiza)|\b(?:condens|acort)a|\bde que (?:va|trata)\b"
        r"|\b(?:puntos|ideas) (?:clave|principales)\b"
        r"|zusammen(?:fass|gefasst)|\bkurz(?:fassung\b|e das\b)|\bfass\w*\b.*\bzusammen\b"
        r"|\bworum geht es\b"
        r"|\bwichtigsten (?:punkte|aussagen)\b|\b(?:kern|haupt)aussagen?\b"
        r"|总结|總結|概括|摘要|概述|归纳|要点|重点|大意|主要内容|[讲说]了?些?什么"
    ),
    words=_BOTH
    | _spanish("resume", "resumir", "resuma", "escribe", "haz", "condensa", "sintetiza", "acorta")
    | frozenset(
        "summarize summarise summary tldr tl dr sum up gist give write make short brief quick "
        "briefly shortly what s about tell have condense shorten digest outline version nutshell "
        "resumen resumido sintesis breve brevemente corto de que va trata "
        "fasse fass zusammen zusammenfassen zusammenfassung gib schreibe schreib mache mach eine "
        "kurze kurzfassung knappe kurz knapp von worum geht es hier darin".split()
    ),
    characters=frozenset(
        "请將把将以下面列这那个段篇文章字本内容总结總結概括摘要述归纳大意主帮我一为写的给出您你能"
        "可吗话下上简短单讲说了些什么封邮件条新闻消息告报故事份麻烦谢拜托好"
    ),
    forms=frozenset(
        "in one two three four five six ten a few single sentence sentences line lines bullet "
        "points point list form key main idea ideas takeaways most important very really simple "
        "plain words only just are as "
        "en una uno dos tres cuatro cinco seis diez pocas pocos sola solo frase frases linea "
        "lineas oracion oraciones puntos clave principales ideas lista cuales son las muy palabras "
        "sencillas mit einem einen zwei drei vier funf sechs zehn wenigen paar satz satzen satze "
        "zeilen stichpunkten stichpunkte stichworten wichtigsten punkte aussagen kernaussage "
        "kernaussagen hauptaussage hauptaussagen was sind als liste nur ganz sehr einfachen "
        "worten".split()
    ),
    form_characters=frozenset("用两二三四五六十几句行点要重列条只最长太中核心"),
)
