"""Text that streams: equal to the whole, never half a character, never a stop string."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.worker.engines.tokens.detokenize import Detokenizer, Released


def stream(pieces: list[bytes], stop: list[str]) -> tuple[list[str], bool]:
    detokenizer = Detokenizer(stop)
    texts = []
    for piece in pieces:
        released = detokenizer.push(piece)
        texts.append(released.text)
        if released.stopped:
            return texts, True
    last = detokenizer.finish()
    return [*texts, last.text], last.stopped


def whole(data: bytes, stop: list[str]) -> tuple[str, bool]:
    """What a reader of everything at once would keep, by brute force."""
    text = data.decode("utf-8", "replace")
    for end in range(1, len(text) + 1):
        met = [s for s in stop if text[:end].endswith(s)]
        if met:
            return text[: end - max(map(len, met))], True
    return text, False


def cut(data: bytes, borders: list[int]) -> list[bytes]:
    edges = [0, *sorted(at % (len(data) + 1) for at in borders), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


byte_strings = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=30).map(str.encode),
    st.text("ab\u00e9\U0001f600", max_size=30).map(str.encode),
)
stops = st.lists(st.text("ab\u00e9", min_size=1, max_size=5), max_size=4)


@given(byte_strings, st.lists(st.integers(0, 60), max_size=12), stops)
def test_a_stream_equals_the_whole_wherever_tokens_end(
    data: bytes, borders: list[int], stop: list[str]
) -> None:
    texts, stopped = stream(cut(data, borders), stop)
    assert ("".join(texts), stopped) == whole(data, stop)


@given(st.text(max_size=30), st.lists(st.integers(0, 100), max_size=12))
def test_no_half_character_is_released(text: str, borders: list[int]) -> None:
    detokenizer = Detokenizer()
    shown = ""
    for piece in cut(text.encode(), borders):
        shown += detokenizer.push(piece).text
        assert text.startswith(shown)


@given(st.text("ab", max_size=40), st.text("ab", min_size=1, max_size=6))
def test_no_more_is_held_back_than_could_begin_the_stop_string(text: str, stop: str) -> None:
    detokenizer = Detokenizer([stop])
    shown = ""
    for end, character in enumerate(text, 1):
        released = detokenizer.push(character.encode())
        if released.stopped:
            return
        shown += released.text
        held = text[len(shown) : end]
        longest = max(n for n in range(len(stop)) if text[:end].endswith(stop[:n]))
        assert held == stop[:longest]


def test_a_stop_string_across_tokens_is_never_shown() -> None:
    detokenizer = Detokenizer(["END"])
    assert detokenizer.push(b"the E") == Released("the ")
    assert detokenizer.push(b"N") == Released("")
    assert detokenizer.push(b"D of it") == Released("", stopped=True)


def test_what_only_looked_like_a_stop_string_comes_later() -> None:
    detokenizer = Detokenizer(["END"])
    assert detokenizer.push(b"EN") == Released("")
    assert detokenizer.push(b"EMY") == Released("ENEMY")
    assert detokenizer.push(b" E") == Released(" ")
    assert detokenizer.finish() == Released("E")


def test_the_stop_string_that_is_complete_first_counts_and_of_those_the_longest() -> None:
    assert stream([b"xabc"], ["abc", "b"]) == (["xa"], True)
    assert stream([b"xabc"], ["c", "abc"]) == (["x"], True)


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    assert "".join(stream([b"\xc3", b"(", b"\xf0\x9f"], [])[0]) == "\ufffd(\ufffd"
