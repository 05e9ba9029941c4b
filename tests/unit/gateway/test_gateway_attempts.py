import pytest

from gateway.errors import Disallowed, FieldFault, Poisonous, Refusal, Refused
from gateway.runs.attempts import Attempts, Failure, FailureKind
from gateway.tickets import Outcome

K = FailureKind


def test_the_callers_own_fault_passes_with_its_details():
    fault = FieldFault("prompt", "9000 tokens; the context holds 8192")
    failure = Failure(
        K.DISALLOWED, "w1", "INVALID_ARGUMENT", "PROMPT_TOO_LONG", "too long", (fault,)
    )
    error = Attempts(8).verdict(failure, gained=0)
    assert isinstance(error, Disallowed)
    assert (error.code, error.reason, error.faults) == (
        "INVALID_ARGUMENT",
        "PROMPT_TOO_LONG",
        (fault,),
    )


@pytest.mark.parametrize("kind", [K.LOST, K.UNREACHABLE, K.LEAVING, K.FAILED])
def test_it_is_tried_elsewhere(kind):
    attempts = Attempts(8)
    assert attempts.verdict(Failure(kind, "w1"), gained=0) is None
    assert attempts.excluded == ("w1",)
    assert attempts.pause == 0


def test_a_busy_worker_may_have_it_again_a_little_later():
    attempts = Attempts(20)
    pauses = []
    for _ in range(7):
        assert attempts.verdict(Failure(K.BUSY, "w1"), gained=0) is None
        pauses.append(attempts.pause)
    assert attempts.excluded == ()
    assert pauses == [0.02, 0.04, 0.08, 0.16, 0.32, 0.5, 0.5]


@pytest.mark.parametrize("kind", [K.LOST, K.FAILED])
def test_a_worker_that_carried_it_for_a_while_has_not_broken_under_it(kind):
    attempts = Attempts(8)
    for name in ("w1", "w2", "w3"):
        assert attempts.verdict(Failure(kind, name), gained=16) is None
    assert attempts.excluded == ("w1", "w2", "w3")
    assert attempts.verdict(Failure(kind, "w4"), gained=15) is None
    assert isinstance(attempts.verdict(Failure(kind, "w5"), gained=15), Poisonous)


@pytest.mark.parametrize("kind", [K.LOST, K.FAILED])
def test_the_second_worker_that_breaks_is_the_last(kind):
    attempts = Attempts(8)
    attempts.verdict(Failure(kind, "w1"), gained=0)
    error = attempts.verdict(Failure(kind, "w2"), gained=0)
    assert isinstance(error, Poisonous)
    assert error.worker_ids == ("w1", "w2")


def test_workers_that_it_never_reached_are_not_broken_by_it():
    attempts = Attempts(8)
    for name in ("w1", "w2", "w3"):
        assert attempts.verdict(Failure(K.UNREACHABLE, name), gained=0) is None
    assert attempts.excluded == ("w1", "w2", "w3")


def test_tries_are_bounded():
    attempts = Attempts(2)
    assert attempts.verdict(Failure(K.LEAVING, "w1"), gained=0) is None
    error = attempts.verdict(Failure(K.LEAVING, "w2"), gained=0)
    assert isinstance(error, Refused)
    assert error.refusal is Refusal.NO_WORKERS
    assert error.retry_after == 1.0


def test_the_deadline_ends_it_whatever_was_seen():
    for gained in (0, 30):
        error = Attempts(8).verdict(Failure(K.DEADLINE, "w1"), gained)
        assert isinstance(error, Refused)
        assert error.refusal is Refusal.DEADLINE


def test_how_a_lease_ended():
    assert {kind: Failure(kind, "w").outcome for kind in K} == {
        K.DISALLOWED: Outcome.COMPLETED,
        K.UNABLE: Outcome.COMPLETED,
        K.DEADLINE: Outcome.ABANDONED,
        K.BUSY: Outcome.REFUSED,
        K.LEAVING: Outcome.REFUSED,
        K.UNREACHABLE: Outcome.FAILED,
        K.LOST: Outcome.FAILED,
        K.UNABLE: Outcome.COMPLETED,
        K.FAILED: Outcome.FAILED,
    }


def test_a_busy_worker_that_was_only_guessed_at_costs_no_attempt():
    attempts = Attempts(2)
    for _ in range(20):
        assert attempts.verdict(Failure(K.BUSY, "w1"), gained=0, is_guess=True) is None
    assert (attempts.failed, attempts.pause, attempts.excluded) == (20, 0, ())
    assert attempts.verdict(Failure(K.UNREACHABLE, "w1"), gained=0, is_guess=True) is None
    assert isinstance(attempts.verdict(Failure(K.LEAVING, "w2"), gained=0, is_guess=True), Refused)
