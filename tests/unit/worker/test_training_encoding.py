"""How text becomes tokens."""

import pytest

from services.worker.classifiers.encoding import GAP, Vocabulary, pieces, vocabulary_of, words
from services.worker.classifiers.errors import ClassifierError
from services.worker.training.vocabulary import Breaking

ENTRIES = ("translate", "into", "翻", "译", "?", "^tran", "ate$", "\n", "0")
VOCABULARY = Vocabulary(ENTRIES, buckets=8)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Translate THIS!", ["translate", "this", "!"]),
        ("Straße 42a, 3.5", ["strasse", "0", "a", ",", "0", ".", "0"]),
        ("请翻译：good day", ["请", "翻", "译", ":", "good", "day"]),
        ("one\n\n\ntwo\tthree", ["one", "\n", "two", "three"]),
        ("ｆｕｌｌ ﬁt", ["full", "fit"]),
        ("snake_case", ["snake", "_", "case"]),
        (" \t ", []),
    ],
)
def test_text_is_composed_folded_and_cut(text, cut):
    assert list(words(text)) == cut


def test_a_word_is_looked_up_whole_then_by_its_ends():
    assert VOCABULARY.encode("translate into", 8) == [2, 3]
    assert VOCABULARY.encode("transslate", 8) == [7, 8]  # ^tran, ate$
    assert pieces("translation") == ("^tran", "ion$")
    assert pieces("so") == ("so",)


def test_in_training_some_known_words_are_read_by_their_pieces():
    numbers = iter([0.1, 0.9])
    broken = Breaking(ENTRIES, 8, lambda: next(numbers), 0.3)
    # "?" has no pieces: it is not drawn for.
    assert broken.encode("translate ? translate", 8) == [7, 8, 6, 2]


def test_what_is_unknown_falls_into_a_bucket_always_the_same():
    (found,) = VOCABULARY.encode("xy", 8)
    assert 2 + len(ENTRIES) <= found < VOCABULARY.size
    assert VOCABULARY.encode("XY", 8) == [found]


def test_of_a_long_text_both_ends_stay():
    text = "translate " + "\n ?" * 200 + " into"
    tokens = VOCABULARY.encode(text, 9)
    assert len(tokens) == 9
    assert (tokens[0], tokens[4], tokens[-1]) == (2, GAP, 3)
    huge = "translate " + "? " * 1_000_000 + "into"
    assert VOCABULARY.encode(huge, 9)[:2] == [2, 6]
    assert VOCABULARY.encode(huge, 9)[-1] == 3


def test_a_text_of_nothing_is_the_gap():
    assert VOCABULARY.encode("  ", 8) == [GAP]


def test_a_vocabulary_is_read_as_it_was_written():
    assert vocabulary_of(VOCABULARY.to_table()) == VOCABULARY
    assert repr(VOCABULARY) == "<Vocabulary 9 entries, 8 buckets>"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"format": 2}, "format"),
        ({"buckets": 0}, "buckets"),
        ({"buckets": "8"}, "buckets"),
        ({"entries": None}, "entries is no list"),
        ({"entries": ["a", 1]}, "entries holds what is no text"),
        ({"entries": ["a", "a"]}, "twice"),
    ],
)
def test_a_bad_vocabulary_is_refused_by_field(change, told):
    with pytest.raises(ClassifierError, match=told):
        vocabulary_of(VOCABULARY.to_table() | change)


def test_every_token_tells_what_it_was_read_from():
    read = VOCABULARY.read("So TRANSslate into\n?", 16)
    assert [token for token, _ in read] == VOCABULARY.encode("So TRANSslate into\n?", 16)
    assert [spelled for _, spelled in read] == ["so", "tran…", "…ate", "into", "\n", "?"]
    assert [spelled for _, spelled in VOCABULARY.read("? " * 99, 8)] == ["?"] * 4 + ["…"] + [
        "?"
    ] * 3
    assert VOCABULARY.read(" ", 8) == [(GAP, "…")]
