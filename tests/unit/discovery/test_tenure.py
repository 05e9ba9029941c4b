"""How sure a holder is: by beats and words, and against a model of the registry."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.discovery.tenure import Tenure

SLACK, OUTAGE = 0.25, 2.0


def held(at: float = 10.0) -> Tenure:
    tenure = Tenure(SLACK, OUTAGE)
    tenure.asked(at)
    tenure.won(7, at)
    return tenure


def test_who_holds_nothing_has_nothing_to_doubt():
    assert Tenure(SLACK, OUTAGE).is_sure(1e9)


def test_a_loop_that_runs_stays_sure():
    tenure = held()
    for beat in range(1, 100):
        tenure.beat(10 + beat * 0.2)
    assert repr(tenure) == "<Tenure term 7, sure until 29.8>"
    assert tenure.is_sure(30.0)


def test_who_was_away_is_not_sure_and_no_beat_makes_it_so():
    tenure = held()
    assert not tenure.is_sure(10.3)
    tenure.beat(10.3)
    tenure.beat(10.4)
    assert not tenure.is_sure(10.4)


def test_the_registrys_word_makes_it_sure_again():
    tenure = held()
    tenure.asked(11.0)
    tenure.beat(11.2)
    tenure.vouched(11.3)
    assert tenure.is_sure(11.5)


def test_a_word_that_came_while_away_is_worth_nothing():
    tenure = held()
    tenure.asked(11.0)
    tenure.vouched(11.3)
    assert not tenure.is_sure(11.3)


def test_a_registry_that_is_down_for_long_enough_took_nothing_away():
    tenure = held()
    for tenth in range(110, 130):
        tenure.asked(tenth / 10)
        tenure.unanswered(tenth / 10)
        assert not tenure.is_sure(tenth / 10)
    tenure.asked(13.0)
    tenure.unanswered(13.0)
    assert tenure.is_sure(13.0)


def test_what_is_lost_is_not_held():
    tenure = held()
    tenure.lost()
    assert not tenure.is_held
    assert tenure.is_sure(10.0)


class TwoCandidates(RuleBasedStateMachine):
    """A registry gives the lock of whoever is stopped beyond the slack to the other.

    Whatever happens in which order, two never act at once, and nobody acts in a
    term that is over.
    """

    @initialize()
    def begin(self) -> None:
        self.now = 0.0
        self.tenures = [Tenure(SLACK, OUTAGE), Tenure(SLACK, OUTAGE)]
        self.stopped_since: list[float | None] = [None, None]
        self.answers: list[int | None] = [None, None]  # on the way: who holds, as it was read
        self.holder: int | None = None
        self.term = 0

    @rule(seconds=st.sampled_from([0.0, 0.05, 0.2, 0.24]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        for who, tenure in enumerate(self.tenures):
            if self.stopped_since[who] is None:
                tenure.beat(self.now)

    @rule(who=st.integers(0, 1))
    def stop(self, who: int) -> None:
        if self.stopped_since[who] is None:
            self.stopped_since[who] = self.now

    @rule(who=st.integers(0, 1), beats_first=st.booleans())
    def go_on(self, who: int, beats_first: bool) -> None:
        self.stopped_since[who] = None
        if beats_first:
            self.tenures[who].beat(self.now)

    @rule()
    def the_registry_notices(self) -> None:
        if self.holder is not None:
            since = self.stopped_since[self.holder]
            if since is not None and self.now - since > SLACK:
                self.holder = None

    @rule(who=st.integers(0, 1))
    def ask(self, who: int) -> None:
        if self.stopped_since[who] is None and self.answers[who] is None:
            if self.holder is None:
                self.holder, self.term = who, self.term + 1
            self.tenures[who].asked(self.now)
            self.answers[who] = self.term if self.holder == who else 0

    @rule(who=st.integers(0, 1))
    def hear(self, who: int) -> None:
        term = self.answers[who]
        if self.stopped_since[who] is None and term is not None:
            self.answers[who] = None
            tenure = self.tenures[who]
            if not term:
                tenure.lost()
            elif tenure.term == term:
                tenure.vouched(self.now)
            else:
                tenure.won(term, self.now)

    @invariant()
    def only_the_holder_acts(self) -> None:
        for who, tenure in enumerate(getattr(self, "tenures", ())):
            runs = self.stopped_since[who] is None
            if runs and tenure.is_held and tenure.is_sure(self.now):
                assert (self.holder, self.term) == (who, tenure.term)


TestTwoCandidates = TwoCandidates.TestCase
TestTwoCandidates.settings = settings(max_examples=200, stateful_step_count=60, deadline=None)
