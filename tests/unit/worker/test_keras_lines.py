import pytest

from services.worker.classifiers.keras_lines import (
    NotUnderstood,
    Opened,
    Ran,
    Refused,
    opened_of,
    ran_of,
    texts_line,
    texts_of,
    told_line,
)

OPENED = Opened(("a", "b"), "0123")
RAN = Ran(((0.25, 0.75), (1.0, 0.0)))


def test_what_is_said_is_understood():
    assert texts_of(texts_line(["one\ntwo", "三"])) == ["one\ntwo", "三"]
    assert texts_line(["one\ntwo"]).count(b"\n") == 1
    assert opened_of(told_line(OPENED)) == OPENED
    assert ran_of(told_line(RAN), 2, 2) == RAN
    assert opened_of(told_line(Refused("no"))) == Refused("no")
    assert ran_of(told_line(Refused("no")), 1, 2) == Refused("no")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]\n",
        b"Warning: something\n",
        b'{"labels": ["a"], "version": "1"}\n',
        b'{"labels": ["a", ""], "version": "1"}\n',
        b'{"labels": ["a", 2], "version": "1"}\n',
        b'{"labels": ["a", "b"]}\n',
        b"[" * 100_000,
    ],
)
def test_another_beginning_is_not(line):
    with pytest.raises(NotUnderstood):
        opened_of(line)


@pytest.mark.parametrize(
    "rows",
    [
        "[]",
        "[[0.5, 0.5], [0.5, 0.5]]",
        "[[1.0]]",
        "[[2.0, 0.0]]",
        "[[NaN, 0.5]]",
        "[[Infinity, 0.5]]",
        f"[[{10**400}, 0.5]]",
        '[["1", 0]]',
    ],
)
def test_other_rows_than_were_asked_for_are_not(rows):
    with pytest.raises(NotUnderstood):
        ran_of(f'{{"rows": {rows}}}\n'.encode(), 1, 2)
