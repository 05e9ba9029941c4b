"""The pure parts of a cache that gateways share: its address, its seals, its pauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cache.address import read_address
from gateway.cache.caution import Caution
from gateway.cache.sealing import FORMAT, NONCE_BYTES, Seals, secret_for, size_of

SECRET = "sixteen letters!"


# Addresses.


@pytest.mark.parametrize(
    ("told", "shown", "username", "password"),
    [
        ("redis://cache", "redis://cache:6379/0", None, None),
        ("redis://:s3cret@cache:7000/3", "redis://cache:7000/3", None, "s3cret"),
        ("rediss://ada:p%40ss@10.0.0.1/", "rediss://10.0.0.1:6379/0", "ada", "p@ss"),
        ("redis://[::1]:6380/1", "redis://[::1]:6380/1", None, None),
    ],
)
def test_an_address_is_read_and_shown_without_its_password(told, shown, username, password):
    address = read_address(told)
    assert address is not None
    assert str(address) == shown
    assert (address.username, address.password) == (username, password)
    assert address.is_tls == told.startswith("rediss")
    assert password is None or password not in f"{address!r}"


def test_memory_and_off_are_no_address():
    assert read_address("memory") is read_address("off") is None


@pytest.mark.parametrize(
    "told",
    [
        *("", "Memory", "s3cret", "http://:s3cret@cache", "redis://:s3cret@", "redis:///3"),
        *("redis://:s3cret@cache:port", "redis://cache:70000", "redis://:s3cret@cache/x"),
        *("redis://:s3cret@cache?db=3", "redis://:s3cret@cache#3", "redis://:s3cret@[::1/"),
    ],
)
def test_what_is_no_address_is_refused_and_not_quoted(told):
    with pytest.raises(ValueError, match="must be memory, off, or redis://") as error:
        read_address(told)
    assert "s3cret" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


# Seals.


def seals(secret: str = SECRET) -> Seals:
    return Seals(secret, lambda: b"n" * NONCE_BYTES)


ANSWER = (b"started", b"", b"a word", b"finished")


@given(st.lists(st.binary(max_size=40)).map(tuple), st.binary(max_size=40))
def test_what_was_sealed_opens(messages, key):
    sealed = seals().sealed(key, messages)
    assert seals().opened(key, sealed) == messages
    assert len(sealed) == size_of(messages)


def test_nothing_of_an_answer_or_its_key_is_seen():
    sealed = seals().sealed(b"the key", ANSWER)
    assert b"word" not in sealed
    name = seals().name(b"the key")
    assert name.startswith("evenflow:answer:1:")
    assert "the key" not in name
    assert b"the key".hex() not in name
    assert repr(seals()) == "<Seals>"


def test_what_was_not_sealed_for_this_key_with_this_secret_does_not_open():
    sealed = seals().sealed(b"k", ANSWER)
    assert seals().opened(b"l", sealed) is None
    assert seals("another secret!!").opened(b"k", sealed) is None


@given(st.data())
def test_what_was_changed_anywhere_does_not_open(data):
    sealed = bytearray(seals().sealed(b"k", ANSWER))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    assert seals().opened(b"k", bytes(sealed)) is None


@given(st.binary(max_size=100))
def test_garbage_and_other_formats_do_not_open(garbage):
    assert seals().opened(b"k", garbage) is None
    assert seals().opened(b"k", bytes([FORMAT]) + garbage) is None
    whole = seals().sealed(b"k", ANSWER)
    assert seals().opened(b"k", bytes([FORMAT - 1]) + whole[1:]) is None
    assert seals().opened(b"k", whole[: len(garbage)]) is None


def test_secrets_have_one_purpose_and_nonces_their_length():
    assert secret_for("a", SECRET) != secret_for("b", SECRET) != secret_for("b", "other")
    with pytest.raises(ValueError, match="a nonce of 3 bytes"):
        Seals(SECRET, lambda: b"abc").sealed(b"k", ANSWER)


# Pauses.


def test_one_that_answers_is_always_asked():
    caution = Caution()
    assert all(caution.may_ask(now) for now in range(10))
    assert not caution.answered()
    assert repr(caution) == "<Caution none>"


def test_after_a_failure_it_is_left_alone_and_then_tried_by_one():
    caution = Caution(first=1, longest=3)
    assert caution.failed(asked_at=10, now=10)
    assert repr(caution) == "<Caution pauses 1 s>"
    assert [caution.may_ask(now) for now in (10, 10.9, 11, 11, 11.5)] == [
        *(False, False, True, False, False)
    ]
    assert not caution.failed(asked_at=11, now=11.1), "no news"
    assert [caution.may_ask(now) for now in (12.9, 13.2, 13.3)] == [False, True, False]
    caution.failed(asked_at=13.2, now=13.2)
    assert repr(caution) == "<Caution pauses 3 s>"
    assert caution.may_ask(16.2)
    assert caution.answered()
    assert caution.may_ask(16.2)
    assert caution.may_ask(16.2)
    assert caution.failed(asked_at=16.2, now=16.3)
    assert repr(caution) == "<Caution pauses 1 s>"


def test_many_that_fail_together_are_one_failure():
    caution = Caution(first=1, longest=64)
    for _ in range(100):
        caution.failed(asked_at=5, now=5.1)
    assert repr(caution) == "<Caution pauses 1 s>"


def test_one_that_tries_and_is_not_heard_of_again_holds_nobody_for_ever():
    caution = Caution(first=1)
    caution.failed(asked_at=0, now=0)
    assert [caution.may_ask(now) for now in (1, 1.9, 2)] == [True, False, True]
