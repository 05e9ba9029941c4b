"""Which balancer to speak with, by what each says of itself."""

from gateway.balancers.terms import Claim, Terms

STANDBY = Claim(False, 0)


def active(term: int) -> Claim:
    return Claim(True, term)


def test_nobody_is_chosen_who_stands_by():
    terms = Terms(30)
    terms.told("a", STANDBY, 0)
    assert terms.choice is None
    terms.told("b", active(1), 0)
    assert repr(terms) == "<Terms 1, 2 known, b chosen>"


def test_the_later_term_is_chosen_though_the_former_still_says_that_it_is_active():
    terms = Terms(30)
    terms.told("a", active(1), 0)
    terms.told("b", active(2), 1)
    assert terms.choice == "b"
    terms.told("a", active(1), 2)
    assert terms.choice == "b"


def test_a_former_one_is_not_gone_back_to_though_the_later_is_lost():
    terms = Terms(30)
    terms.told("a", active(1), 0)
    terms.told("b", active(2), 1)
    terms.lost("b")
    assert terms.choice is None
    terms.told("a", active(1), 2)
    assert terms.choice is None
    terms.told("a", active(3), 3)
    assert terms.choice == "a"


def test_terms_that_begin_anew_count_once_the_last_word_of_old_is_long_ago():
    terms = Terms(30)
    terms.told("a", active(900), 0)
    terms.lost("a")
    terms.told("b", active(1), 30)
    assert terms.choice is None
    terms.told("b", active(1), 30.5)
    assert terms.choice == "b"


def test_without_a_lock_the_one_that_is_spoken_with_stays():
    terms = Terms(30)
    terms.told("b", active(0), 0)
    terms.told("a", active(0), 0)
    assert terms.choice == "b"
    terms.lost("b")
    assert terms.choice == "a"
    terms.told("b", active(0), 1)
    assert terms.choice == "a"
