"""The mirror of the cache by itself: what is shared, rescued and forgotten."""

import pytest

from services.worker.engines.prefixes import Copy, Cut, Prefixes

SYSTEM = tuple(range(100, 120))


def prefixes(slots: int = 3) -> Prefixes:
    return Prefixes(slots, context=64, least=4)


def ran(of: Prefixes, slot: int, prompt: tuple[int, ...], scope: str = "a") -> int:
    """Run a prompt from its first token to its last; what needed no computation."""
    copy = of.rescue(slot, prompt, scope)
    if copy:
        of.copied(copy)
    of.join(slot, prompt, scope)
    copy = of.gain(slot)
    if copy:
        of.copied(copy)
    held = of.held(slot)
    of.wrote(slot, held, prompt[held:])
    assert of.leave(slot)
    return held


def test_a_dialogue_goes_on_in_the_slot_that_holds_it() -> None:
    of = prefixes()
    ran(of, 0, SYSTEM)
    longer = (*SYSTEM, 1, 2, 3)
    assert of.rescue(0, longer, "a") is None
    assert of.join(0, longer, "a") == 20
    assert of.gain(0) is None
    assert repr(of) == "<Prefixes 0:20*>"


def test_the_last_token_of_a_prompt_is_always_computed() -> None:
    of = prefixes()
    ran(of, 0, SYSTEM)
    assert of.join(0, SYSTEM, "a") == 19


def test_what_a_running_slot_has_come_to_hold_is_shared() -> None:
    of = prefixes()
    of.join(0, (*SYSTEM, 1), "a")
    of.join(1, (*SYSTEM, 2), "a")
    of.wrote(0, 0, SYSTEM[:3])
    assert of.gain(1) is None  # three tokens are not worth a copy
    of.wrote(0, 3, SYSTEM[3:10])
    assert of.gain(1) == Copy(0, 1, 10)
    of.copied(Copy(0, 1, 10))
    assert of.gain(1) is None
    assert of.gain(0) is None
    of.wrote(0, 10, (*SYSTEM[10:], 1))
    assert of.gain(1) == Copy(0, 1, 20)


def test_much_is_not_copied_for_little() -> None:
    of = Prefixes(3, context=200, least=4)
    of.join(0, (*range(160), 1), "a")
    of.join(1, (*range(160), 2), "a")
    of.wrote(0, 0, range(160))
    of.wrote(1, 0, range(151))
    assert of.gain(1) is None
    of.wrote(1, 0, range(150))
    assert of.gain(1) == Copy(0, 1, 160)
    of.wrote(0, 0, range(159))
    of.leave(0)
    assert of.rescue(0, (*range(151), 7), "a") is None
    assert of.rescue(0, (*range(150), 7), "a") == Copy(0, 2, 159)


@pytest.mark.parametrize("scope", ["", "b", "a "])
def test_another_scope_shares_nothing(scope: str) -> None:
    of = prefixes()
    ran(of, 0, SYSTEM)
    assert of.join(1, SYSTEM, scope) == 0
    assert of.gain(1) is None
    assert of.rescue(0, SYSTEM, scope) == Copy(0, 2, 20)  # it is still of use to its own
    assert of.join(0, SYSTEM, scope) == 0


def test_what_is_rescued_stays_within_its_scope() -> None:
    of = prefixes()
    ran(of, 0, SYSTEM, "a")
    ran(of, 0, (1, 2, 3, 4, 5, 6), "b")
    assert repr(of) == "<Prefixes 0:6 1:20>"
    of.join(2, SYSTEM, "b")
    assert of.gain(2) is None
    of.leave(2)
    of.join(2, SYSTEM, "a")
    assert of.gain(2) == Copy(1, 2, 19)


def test_dialogues_in_turn_lose_nothing_where_there_is_a_slot_for_each_and_one_to_move() -> None:
    of = prefixes(slots=4)
    dialogues = [(n,) * 10 for n in range(3)]
    assert [ran(of, 0, dialogue) for dialogue in dialogues] == [0, 0, 0]
    for turn in range(1, 4):
        dialogues = [(*dialogue, *range(5)) for dialogue in dialogues]
        assert [ran(of, 0, dialogue) for dialogue in dialogues] == [5 + 5 * turn] * 3


def test_the_least_recently_used_past_is_lost_first() -> None:
    of = prefixes(slots=3)
    for n in range(1, 5):
        ran(of, 0, (n,) * (10 + n))
    assert repr(of) == "<Prefixes 0:14 1:13 2:12>"
    ran(of, 0, (2,) * 5 + (9,) * 10)  # makes use of a part of the second
    ran(of, 0, (5,) * 20)
    assert repr(of) == "<Prefixes 0:20 1:15 2:12>"


def test_what_others_hold_too_is_not_rescued() -> None:
    of = prefixes()
    ran(of, 0, SYSTEM)
    ran(of, 1, (*SYSTEM, 1))
    assert of.rescue(0, (7,) * 9, "a") is None
    assert of.rescue(1, (7,) * 9, "a") is None  # but for a token, slot 0 holds it all


def test_what_is_about_to_be_shared_is_not_overwritten_by_a_rescue() -> None:
    of = prefixes(slots=2)
    ran(of, 1, SYSTEM)
    ran(of, 0, (7,) * 9)
    assert of.rescue(0, (*SYSTEM, 1), "a") is None
    assert ran(of, 0, (*SYSTEM, 1)) == 20


def test_what_is_written_anew_is_held_no_longer() -> None:
    of = prefixes()
    ran(of, 0, SYSTEM)
    of.join(1, SYSTEM, "a")
    of.wrote(0, 6, (1,))
    assert of.held(0) == 7
    assert of.gain(1) == Copy(0, 1, 6)


def test_a_forgotten_slot_is_the_first_to_be_written_over() -> None:
    of = prefixes()
    ran(of, 1, (1,) * 10)
    ran(of, 2, (2,) * 10)
    ran(of, 0, (3,) * 10)
    of.forget(2)
    assert of.rescue(0, (4,) * 10, "a") == Copy(0, 2, 10)


def test_a_prompt_of_one_token_shares_nothing_and_is_not_kept() -> None:
    of = prefixes()
    assert of.rescue(0, (1,), "a") is None
    assert of.join(0, (1,), "a") == 0
    assert of.gain(0) is None
    of.wrote(0, 0, (1,))
    assert not of.leave(0)
    assert repr(of) == "<Prefixes none>"


def test_nothing_is_long_enough_where_reuse_is_off() -> None:
    of = Prefixes(2, context=8, least=9)
    of.join(0, (1,) * 8, "a")
    of.wrote(0, 0, (1,) * 8)
    of.join(1, (1,) * 8, "a")
    assert of.gain(1) is None
    assert not of.leave(0)
    assert of.rescue(0, (2,), "a") is None


def test_what_must_go_goes_from_the_end_of_what_was_used_least_recently() -> None:
    of = prefixes(slots=4)
    for slot in (2, 0, 1):
        ran(of, slot, (slot,) * 10)
    of.join(3, (9,) * 10, "a")
    of.wrote(3, 0, (9,) * 9)  # who runs is let be
    assert list(of.surplus(30)) == []
    assert list(of.surplus(29)) == [Cut(2, 8)]
    assert list(of.surplus(15)) == [Cut(2, 0), Cut(0, 4)]
    assert list(of.surplus(15, spared=0)) == [Cut(2, 4)]
    for cut in list(of.surplus(15)):
        of.cut(cut)
    assert repr(of) == "<Prefixes 0:4 1:10 3:9*>"
    assert list(of.surplus(0)) == [Cut(0, 0), Cut(1, 0)]
    assert of.rescue(1, (7,) * 9, "a") == Copy(1, 2, 10)  # what was given up is free


def test_what_was_copied_whole_goes_first() -> None:
    of = prefixes()
    ran(of, 0, (1,) * 10)
    ran(of, 1, (2,) * 10)
    assert of.source((*(2,) * 10, 3), "a") == 1
    of.join(2, (*(2,) * 10, 3), "a")
    of.copied(Copy(1, 2, 10))
    assert list(of.surplus(10)) == [Cut(1, 0)]


def test_what_begins_otherwise_or_is_too_short_is_no_source() -> None:
    of = prefixes()
    ran(of, 1, SYSTEM)
    assert of.source((*SYSTEM[:3], 7, 7), "a") is None
    assert of.source(SYSTEM, "b") is None
    assert of.source((1,), "a") is None
    assert of.source(SYSTEM[:6], "a") == 1
