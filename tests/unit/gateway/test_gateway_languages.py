"""Between which languages a free text asks to be translated."""

import pytest

from gateway.tasks.languages import Languages, languages_of
from gateway.tasks.spoken import spoken_in

LETTER = "Sehr geehrte Frau Kern, ich danke Ihnen für den Brief und das Buch. " * 30


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("Translate into French: I have lost the key to my room.", "en", "fr"),
        ("translate to german\nthe weather was very bad", "en", "de"),
        ("Translate from German to Spanish: Guten Tag", "de", "es"),
        ("Please put this into plain English. Das ist nicht mein Haus.", "de", "en"),
        ("How do you say 'thank you' in Japanese?", "", "ja"),
        ("Übersetze ins Englische: Wo ist der Bahnhof?", "de", "en"),
        ("Bitte aus dem Spanischen ins Deutsche übersetzen: ¿Dónde está el tren?", "es", "de"),
        ("Was heißt Schmetterling auf Chinesisch?", "de", "zh"),
        ("Traduce al inglés: el perro es de mi hermana", "es", "en"),
        ("traduce esto del aleman al ruso: Guten Abend", "de", "ru"),
        ("¿Cómo se dice 'gracias' en alemán?", "es", "de"),
        ("请把这句话翻译成英文：今天天气很好。", "zh", "en"),
        ("把下面的英语译成德语：I will be there at nine.", "en", "de"),
        ("谢谢用西班牙语怎么说？", "zh", "es"),
        ("German to English: Das Kind ist müde.", "de", "en"),
        ("English -> Italian: we are at home", "en", "it"),
        (LETTER + "\n\nTranslate this letter into Dutch.", "de", "nl"),
        ("Translate this German text: Ich bin es nicht.", "de", "en"),
        ("Translate: Ich bin es nicht, das war der Hund.", "de", "en"),
        ("Give me a Polish version: the train is late", "en", "pl"),
        ("Übersetze: the cat is on the roof", "en", "de"),
        ("Translate: the cat is on the roof", "en", ""),
        ("Translate into Spanish: They speak in English to the German guests.", "en", "es"),
    ],
)
def test_source_and_target_are_read(text, source, target):
    found = languages_of(text)
    assert (found.target, found.source) == (target, source if source else found.source)


def test_the_source_is_never_the_target():
    assert languages_of("Translate into English: the cat is here") == Languages("", "en")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("the house by the sea was not for sale", "en"),
        ("la casa que está al lado del mar", "es"),
        ("das Haus am Meer ist nicht zu haben", "de"),
        ("海边的房子", "zh"),
        ("海辺の家です", "ja"),
        ("바닷가의 집", "ko"),
        ("la maison au bord de la mer est à vous", "fr"),
        ("дом у моря", "ru"),
        ("будинок біля моря, її дім", "uk"),
        ("la casa è vicino al mare e non sono solo", "it"),
        ("Tokyo Berlin 2024", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_found_where_it_is_plain(text, code):
    assert spoken_in(text) == code
