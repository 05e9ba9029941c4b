"""Which language a text is written in, by its script and its most frequent words.

Pure. Decides only where it is plain; a text of a few names or numbers is in no
language. Knows nothing of tasks.
"""

import re
from collections.abc import Mapping

_READ = 4000  # characters that are looked at: more would not change the answer
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),  # before Chinese: kana stands among its characters
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("fa", re.compile(r"[\u067e\u0686\u0698\u06af]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("uk", re.compile(r"[іїєґ]", re.IGNORECASE)),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_FREQUENT: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to a in is that it was for on are with as i his they be at this have from"
        " or had by you not we my your what will can would she he there their were been me our",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero"
        " sus le ya o este sí porque esta entre está muy sin me hay mi qué yo nos te ha gracias",
        "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als"
        " auch es an werden aus er hat dass sie nach wird bei ich du wir ihr mir mich noch wie",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se"
        " ce il sont je vous nous avec mais elle cette tu mon ma c'est à où être ont",
        "it": "di e il la che in a per un è del non sono con le si da una i ho mi come dei al alla"
        " gli più ma anche della io nel questo lo ci sei",
        "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas ao"
        " ele das à seu sua ou quando muito nos já eu também você está obrigado são",
        "nl": "de het een en van ik te dat die in is niet zijn op aan met voor er maar om hem dan"
        " zou of wat mijn dit zo wij naar heb je we ook geen bij",
        "sv": "och det att i en jag hon som han på den med var sig för så till är men ett om hade"
        " de av icke mig du inte från kan när vi",
        "da": "og det at en den til er som på de med han af for ikke der var mig sig men et har om"
        " vi min havde ham hun nu jeg",
        "pl": "w i na z do się że nie jest to o jak ale po co tak za od jego być są czy dla",
        "tr": "ve bir bu da de için ile çok ne gibi daha ben sen o mi değil var olarak kadar",
        "cs": "a se na v je že to s z do o i jako ale jsem by který jsou není",
        "id": "yang dan di dengan untuk tidak ini itu dari dalam akan pada saya adalah ke ada",
    }.items()
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def spoken_in(text: str) -> str:
    """The ISO 639-1 code of the language of a text, or "" where it is not plain."""
    read = text[:_READ]
    letters = sum(map(str.isalpha, read))
    for code, script in _SCRIPTS:
        # A few foreign characters do not make a text foreign; kana and Ukrainian letters are few.
        share = 20 if code in ("ja", "uk", "fa") else 3
        if len(script.findall(read)) * share > letters:
            return code
    found = _WORD.findall(read.lower())
    counts = {code: sum(word in common for word in found) for code, common in _FREQUENT.items()}
    best, second = sorted(counts, key=lambda code: -counts[code])[:2]
    is_plain = counts[best] > counts[second] and counts[best] * 8 >= len(found)
    return best if is_plain else ""
