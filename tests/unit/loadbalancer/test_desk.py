"""The desk by hand: one worker or two, a few tickets, and the one-line answer."""

import pytest

from loadbalancer.rules import Rules
from loadbalancer.tickets import (
    Cancelled,
    Ended,
    FirstTokenSent,
    Grant,
    Outcome,
    Priority,
    Sender,
    StreamEnded,
    TicketKey,
    WorkerForgotten,
    WorkerJoined,
    WorkerLeft,
    WorkerLost,
)
from tests.unit.loadbalancer.scene import Scene, submitted, told


def test_a_ticket_is_granted_at_once_where_there_is_room(scene):
    scene.worker("w1")
    (grant,) = scene.submit(1)
    assert isinstance(grant, Grant)
    assert (grant.lease.worker_id, grant.lease.epoch, grant.address) == ("w1", 1, "host:w1")
    assert (grant.model, grant.revision) == ("m", "r1")
    assert grant.predicted_seconds == pytest.approx(0.11)  # 100 tokens at 1000/s, and one step
    assert repr(scene.desk) == (
        "<Desk <Waiting> <Book 1 leases"
        " <Roster <w1 READY 1/8 slots 1 leases 150 kv 100 to prefill>>>>"
    )


def test_grants_stop_at_the_window_and_go_on_with_each_first_token(scene):
    scene.worker("w1")
    # 0.3 s at 1000 tokens a second: three prompts of 100.
    assert told(scene.tell(*map(submitted, range(1, 7)))) == "1->w1 2->w1 3->w1"
    assert told(scene.tell(FirstTokenSent(1))) == "4->w1"
    assert told(scene.tell(FirstTokenSent(1))) == ""  # told twice: no second credit
    assert told(scene.tell(Ended(2, 10))) == "5->w1"
    assert told(scene.tell(Ended(2, 10))) == ""


def test_a_worker_that_has_measured_nothing_begins_with_one_and_opens_with_first_tokens(scene):
    scene.worker("w1", prefill_tokens_per_second=0.0, prefill_backlog_tokens=0)
    # The window of 300 tokens opens by an eighth, 37 tokens, with each first token.
    assert told(scene.tell(*map(submitted, range(1, 7)))) == "1->w1"
    assert told(scene.tell(FirstTokenSent(1))) == "2->w1"
    assert told(scene.report("w1", prefill_tokens_per_second=1000.0, slots_used=2)) == "3->w1 4->w1"


def test_slots_are_never_passed(scene):
    scene.worker("w1", slots_total=2)
    assert told(scene.tell(*(submitted(n, prompt_bytes=4) for n in (1, 2, 3)))) == "1->w1 2->w1"
    assert told(scene.tell(FirstTokenSent(1), FirstTokenSent(2))) == ""
    assert told(scene.tell(Ended(1))) == "3->w1"


def test_strangers_on_a_worker_take_its_slots(scene):
    scene.worker("w1", slots_total=3, slots_used=2, lease_ids=(900, 901))
    assert told(scene.tell(*(submitted(n, prompt_bytes=4) for n in (1, 2)))) == "1->w1"
    assert told(scene.report("w1", slots_used=2, lease_ids=(1, 901))) == "2->w1"


def test_room_of_the_cache_is_kept_but_an_idle_worker_takes_anything(scene):
    scene.worker("w1", kv_tokens_total=300)
    wanted = [submitted(n, prompt_bytes=400, max_tokens=500) for n in (1, 2)]
    assert told(scene.tell(*wanted)) == "1->w1"
    assert told(scene.tell(Ended(1))) == "2->w1"


def test_a_reports_age_does_not_matter_to_what_was_granted_since(scene):
    scene.worker("w1", slots_total=4)
    scene.worker("w2", slots_total=4)
    grants = [told(scene.submit(n, prompt_bytes=4)) for n in range(1, 9)]
    assert sorted(grant[-2:] for grant in grants) == ["w1"] * 4 + ["w2"] * 4
    assert told(scene.submit(9)) == ""


def test_the_quicker_worker_is_chosen(scene):
    scene.worker("slow", prefill_tokens_per_second=500.0)
    scene.worker("quick", prefill_tokens_per_second=5000.0)
    grants = told(scene.tell(*map(submitted, range(1, 6)))).split()
    assert [grant.split("->")[1] for grant in grants] == ["quick"] * 5


def test_a_quick_batch_outweighs_a_little_less_prefill_in_hand(scene):
    scene.worker("w1", decode_step_seconds=0.04, slots_used=2)
    scene.worker("w2", decode_step_seconds=0.02, slots_used=3, prefill_backlog_tokens=100)
    assert told(scene.submit(1)) == "1->w2"


def test_the_emptier_of_two_equal_workers_is_chosen(scene):
    scene.worker("w1", slots_used=3, lease_ids=(901, 902, 903))
    scene.worker("w2", slots_used=1, lease_ids=(904,))
    assert told(scene.submit(1, prompt_bytes=4)) == "1->w2"


def test_short_prompts_pass_long_ones_but_not_for_ever(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2, prompt_bytes=4000)  # a second of prefill: lets others pass for ten
    scene.submit(3, prompt_bytes=400)
    assert told(scene.tell(Ended(1))) == "3->w1"
    scene.report("w1", slots_used=1, lease_ids=(2,))
    scene.pass_time(11)
    scene.submit(4, prompt_bytes=40)
    assert told(scene.tell(Ended(2))) == "2->w1"


def test_a_near_deadline_comes_sooner(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2, prompt_bytes=2000)
    scene.submit(3, prompt_bytes=2000, seconds_left=5.0)
    assert told(scene.tell(Ended(1))) == "3->w1"


def test_priority_is_a_head_start_and_no_more(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2, priority=Priority.LOW)
    scene.submit(3)
    scene.submit(4, priority=Priority.HIGH)
    assert told(scene.tell(Ended(1))) == "4->w1"
    scene.report("w1", slots_used=1, lease_ids=(2,))
    scene.pass_time(20)  # longer than any head start
    scene.submit(5, priority=Priority.HIGH)
    order = [told(scene.tell(Ended(lease))) for lease in (2, 3, 4)]
    assert order == ["3->w1", "2->w1", "5->w1"]


def test_tenants_share_by_tokens_served(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1, tenant="greedy")
    scene.tell(*(submitted(n, tenant="greedy") for n in range(2, 6)))
    scene.tell(*(submitted(n, tenant="modest") for n in range(6, 9)))
    order = [told(scene.tell(Ended(lease, 0))) for lease in range(1, 7)]
    # Equal counters when modest comes; from then on it is served as much as greedy.
    assert order == ["2->w1", "6->w1", "3->w1", "7->w1", "4->w1", "8->w1"]


def test_answers_count_against_their_tenant_too(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1, tenant="wordy")
    scene.tell(*(submitted(n, tenant="wordy", max_tokens=300) for n in (2, 3)))
    scene.tell(*(submitted(n, tenant="terse") for n in (4, 5, 6)))
    order = [
        told(scene.tell(Ended(1, 50))),
        told(scene.tell(Ended(2, 0))),
        told(scene.tell(Ended(3, 250))),
        told(scene.tell(Ended(4, 0))),
    ]
    assert order == ["4->w1", "2->w1", "5->w1", "6->w1"]


def test_a_refused_ticket_returns_to_the_head_and_pays_once(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2)
    answer = scene.tell(Ended(1, outcome=Outcome.REFUSED), submitted(3, returned=True))
    assert told(answer) == ""  # the worker knows better: nothing more until it reports
    assert told(scene.report("w1")) == "3->w1"
    # Its prompt, and the answer that it may get.
    assert repr(scene.desk._waiting.shares) == "<Shares t:150>"


def test_a_cancelled_ticket_leaves_the_queue(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2)
    scene.tell(Cancelled(TicketKey(1, 2)))
    assert told(scene.tell(Ended(1))) == ""
    assert scene.desk.waiting == scene.desk.leases == 0


def test_a_cancelled_lease_is_over_and_its_slot_free_when_the_worker_says_so(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.report("w1", slots_used=1, lease_ids=(1,))
    scene.submit(2)
    assert told(scene.tell(Cancelled(TicketKey(1, 1)))) == ""
    assert scene.desk.leases == 0
    assert told(scene.report("w1", slots_used=0, lease_ids=())) == "2->w1"


def test_a_lease_that_never_reached_its_worker_is_free_at_once_when_cancelled(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2)
    assert told(scene.tell(Cancelled(TicketKey(1, 1)))) == "2->w1"


def test_expired_tickets_leave_at_once(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2, seconds_left=0.4)
    assert scene.desk.next_timer == pytest.approx(0.4)
    scene.now = 0.4
    assert told(scene.tell()) == "2:EXPIRED"
    assert told(scene.submit(3, seconds_left=0.0)) == "3:EXPIRED"


def test_a_full_queue_refuses_and_says_when_to_come_back():
    scene = Scene(Rules(queue_limit=2))
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    for number in range(2, 14):  # one grant a second, while others wait
        scene.submit(number)
        scene.pass_time(1)
        assert told(scene.tell(Ended(number - 1))) == f"{number}->w1"
        scene.submit(100 + number)
        scene.tell(Cancelled(TicketKey(1, 100 + number)))
    scene.submit(20)
    scene.submit(21)
    (reject,) = scene.submit(22)
    assert told([reject]) == "22:QUEUE_FULL"
    assert reject.retry_after == pytest.approx(3.0, rel=0.2)  # the third in turn, one a second


def test_the_tenant_with_most_waiting_gives_way():
    scene = Scene(Rules(queue_limit=3))
    scene.worker("w1", slots_total=1)
    scene.submit(1, tenant="flood")
    scene.tell(*(submitted(n, tenant="flood", prompt_bytes=n * 400) for n in (2, 3, 4)))
    assert told(scene.submit(5, tenant="flood")) == "5:QUEUE_FULL"
    assert told(scene.submit(6, tenant="small")) == "4:QUEUE_FULL"  # what flood needs last
    assert told(scene.submit(7, tenant="small")) == "7:QUEUE_FULL"
    assert repr(scene.desk._waiting) == "<Waiting flood:2 small:1>"


def test_many_at_once_are_matched_before_any_is_refused():
    scene = Scene(Rules(queue_limit=2))
    scene.worker("w1", slots_total=6)
    answer = told(scene.tell(*(submitted(n, prompt_bytes=4) for n in range(1, 10))))
    assert answer == "1->w1 2->w1 3->w1 4->w1 5->w1 6->w1 9:QUEUE_FULL"


def test_a_ticket_that_would_expire_before_its_turn_is_refused_at_once(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    for number in range(2, 14):
        scene.submit(number)
    for lease in range(1, 11):
        scene.pass_time(1)
        scene.tell(Ended(lease))
    (reject,) = scene.submit(20, seconds_left=2.0)
    assert told([reject]) == "20:EXPIRED"
    assert reject.retry_after == pytest.approx(3.0, rel=0.2)
    assert told(scene.submit(21, seconds_left=30.0)) == ""


def test_an_unknown_model_is_refused_at_once_where_the_fleet_is_known(scene):
    scene.worker("w1")
    assert told(scene.submit(1, model="other")) == "1:NO_SUCH_MODEL"
    assert told(scene.submit(2, revision="r9")) == "2:NO_SUCH_MODEL"
    assert told(scene.submit(3, model="")) == "3->w1"


def test_no_model_means_the_only_one(scene):
    scene.worker("w1")
    scene.worker("w2", model="other")
    assert told(scene.submit(1, model="")) == "1:NO_SUCH_MODEL"


def test_tickets_wait_for_a_worker_that_has_not_told_yet_what_it_serves(scene):
    scene.worker("w1")
    scene.tell(WorkerJoined("w2", "host:w2"))
    assert told(scene.submit(1, model="other")) == ""
    assert told(scene.worker("w2", model="other")) == "1->w2"


def test_without_any_worker_tickets_wait_a_while_and_later_ones_not_at_all(scene):
    assert told(scene.submit(1)) == ""
    assert told(scene.pass_time(9.5)) == ""
    effects = scene.pass_time(1)
    assert told(effects) == "1:NO_WORKERS"
    assert effects[0].retry_after > 0
    assert told(scene.submit(2)) == "2:NO_WORKERS"
    scene.worker("w1")
    assert told(scene.submit(3)) == "3->w1"


def test_a_worker_that_comes_in_time_gets_what_waits(scene):
    scene.submit(1)
    scene.pass_time(5)
    assert told(scene.worker("w1")) == "1->w1"


def test_a_prompt_that_clearly_fits_nowhere_is_refused(scene):
    scene.worker("w1", context_tokens=1000)
    assert told(scene.submit(1, prompt_bytes=4 * 2001)) == "1:TOO_LARGE"
    assert told(scene.submit(2, prompt_bytes=4 * 1900)) == "2->w1"  # the worker has the last word


def test_a_long_prompt_goes_where_the_context_is(scene):
    scene.worker("narrow", context_tokens=1000)
    scene.worker("wide", context_tokens=8000, prefill_tokens_per_second=100.0)
    assert told(scene.submit(1, prompt_bytes=4 * 3000)) == "1->wide"
    assert told(scene.submit(2)) == "2->narrow"


def test_excluded_workers_are_passed_over_until_they_start_anew(scene):
    scene.worker("w1")
    assert told(scene.submit(1, excluded=("w1",))) == ""
    assert told(scene.report("w1", epoch=2, sequence=0)) == "1->w1"


def test_a_ticket_that_excludes_everybody_does_not_wait_for_ever(scene):
    scene.worker("w1")
    scene.submit(1, excluded=("w1",))
    assert told(scene.pass_time(9)) == ""
    assert told(scene.pass_time(2)) == "1:NO_WORKERS"


def test_a_lost_worker_loses_its_leases_at_once(scene):
    scene.worker("w1")
    scene.tell(submitted(1), submitted(2))
    effects = scene.tell(WorkerLost("w1"))
    assert told(effects) == "revoke 1:WORKER_GONE revoke 2:WORKER_GONE"
    assert told(scene.submit(3)) == ""  # waits for it to come back
    assert told(scene.report("w1", slots_used=0)) == "3->w1"


def test_a_new_incarnation_ends_the_leases_of_the_old(scene):
    scene.worker("w1")
    scene.submit(1)
    assert told(scene.report("w1", epoch=2, sequence=0)) == "revoke 1:WORKER_GONE"
    scene.report("w1", epoch=1, sequence=99, draining=True)  # of the dead: not believed
    (grant,) = scene.submit(2)
    assert grant.lease.epoch == 2


def test_a_worker_whose_clock_was_set_back_is_of_use_once_it_has_begun_anew(scene):
    """Epochs are times: the first report of a new stream is believed whatever it says."""
    scene.worker("w1", epoch=3_600)
    scene.tell(WorkerLost("w1"))
    scene.report("w1", epoch=60, sequence=1)
    (grant,) = scene.submit(1)
    assert grant.lease.epoch == 60
    assert told(scene.report("w1", epoch=59, sequence=9, draining=True)) == ""
    assert told(scene.submit(2)) == "2->w1", "once it is heard, what is older is of the dead"


def test_a_worker_that_left_finishes_what_it_has(scene):
    scene.worker("w1")
    scene.submit(1)
    assert told(scene.tell(WorkerLeft("w1"))) == ""
    assert told(scene.submit(2)) == ""
    assert (scene.desk.leases, scene.desk.waiting) == (1, 1)
    assert told(scene.tell(WorkerJoined("w1", "host:w1"))) == "2->w1"
    assert told(scene.tell(WorkerForgotten("w1"))) == "revoke 1:WORKER_GONE revoke 2:WORKER_GONE"


def test_a_draining_worker_gets_nothing_more(scene):
    scene.worker("w1", draining=True)
    scene.worker("w2")
    assert told(scene.tell(submitted(1), submitted(2))) == "1->w2 2->w2"


def test_a_silent_worker_has_stalled_until_it_is_heard_again(scene):
    scene.worker("w1")
    scene.submit(1)
    assert told(scene.be_silent(3.0)) == ""
    assert told(scene.be_silent(1.0)) == "revoke 1:WORKER_STALLED"
    assert told(scene.submit(2)) == ""
    assert told(scene.report("w1")) == "2->w1"


@pytest.mark.parametrize("rate", [float("nan"), float("inf"), -1.0, 1e-320])
@pytest.mark.parametrize(
    "name", ["prefill_tokens_per_second", "decode_step_seconds", "bytes_per_token"]
)
def test_a_worker_that_reports_absurd_rates_counts_as_silent(scene, name, rate):
    scene.worker("w1")
    scene.worker("w2")
    for _ in range(8):
        scene.pass_time(0.5)
        scene.report("w1", **{name: rate})
    assert "w1 STALLED" in repr(scene.desk)
    assert told(scene.submit(1)) == "1->w2"


def test_a_worker_whose_steps_stand_still_with_work_in_hand_has_stalled(scene):
    scene.worker("w1", slots_total=2, step_count=5)
    scene.submit(1)

    def stand_still(seconds):
        effects = []
        for _ in range(int(seconds * 2)):
            scene.now += 0.5
            effects += scene.report("w1", slots_used=1, lease_ids=(1,), step_count=4)
        return effects

    assert told(stand_still(10)) == ""
    assert told(stand_still(1)) == "revoke 1:WORKER_STALLED"
    assert told(scene.submit(2)) == ""
    assert told(scene.report("w1", step_count=9)) == "2->w1"  # moves again; 1 still takes a slot
    assert told(scene.submit(3)) == ""


def test_an_idle_worker_may_stand_still(scene):
    scene.worker("w1")
    for _ in range(60):
        scene.now += 0.5
        scene.report("w1", step_count=0)
    assert told(scene.submit(1)) == "1->w1"


def test_our_own_sleep_is_held_against_nobody(scene):
    scene.worker("w1")
    scene.submit(1)
    scene.now += 60
    assert told(scene.tell()) == ""
    assert told(scene.be_silent(4)) == "revoke 1:WORKER_STALLED"


def test_a_lease_that_reports_do_not_hold_is_over_after_a_grace(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2)
    assert told(scene.pass_time(2)) == ""
    assert told(scene.pass_time(0.5)) == "2->w1"
    assert scene.desk.overdue_leases_total == 1
    assert told(scene.tell(Ended(1, 5))) == ""  # late: over already


def test_tickets_leave_with_their_stream_and_leases_with_the_reports(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.report("w1", slots_used=1, lease_ids=(1,))
    scene.submit(2)
    scene.submit(3, sender=Sender("gateway-2", 2))
    scene.tell(StreamEnded(1))
    assert (scene.desk.waiting, scene.desk.leases) == (1, 1)
    scene.report("w1", slots_used=0, lease_ids=())
    assert told(scene.pass_time(3)) == "3->w1"


def test_a_ticket_told_twice_is_one(scene):
    scene.worker("w1", slots_total=1)
    scene.tell(submitted(1), submitted(1))
    scene.tell(submitted(2), submitted(2))
    assert (scene.desk.leases, scene.desk.waiting) == (1, 1)


def test_one_model_without_room_does_not_hold_up_another(scene):
    scene.worker("w1", slots_total=1)
    scene.worker("w2", model="other")
    scene.tell(submitted(1), submitted(2))
    assert told(scene.submit(3, model="other")) == "3->w2"


def test_an_onlooker_sees_fleet_and_queue(scene):
    scene.worker("w1", slots_total=1)
    scene.submit(1)
    scene.submit(2, tenant="a")
    scene.now = 0.25
    view = scene.desk.view(scene.now)
    (worker,) = view.workers
    assert (worker.leases, worker.booked_tokens, worker.report_age_seconds) == (1, 150, 0.25)
    assert [(q.tenant, q.waiting, q.served_tokens) for q in view.queues] == [("a", 1, 0)]
    assert (view.oldest_wait_seconds, view.grants_total) == (0.25, 1)


def test_an_empty_desk_asks_for_no_timer(scene):
    assert scene.desk.next_timer is None
    scene.worker("w1")
    assert scene.desk.next_timer == pytest.approx(0.5)
