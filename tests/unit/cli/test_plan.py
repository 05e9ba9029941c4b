import pytest

from loadbalancer.settings import BalancerSettings
from services.cli.faults import Complaint
from services.cli.mesh.plan import plan, threads_of_each
from services.runtime.settings import load


@pytest.mark.parametrize(
    ("workers", "cores", "threads"), [(1, 8, 8), (2, 8, 4), (3, 8, 2), (8, 8, 1), (9, 8, 1)]
)
def test_cores_are_split_and_nobody_has_none(workers: int, cores: int, threads: int) -> None:
    assert threads_of_each(workers, cores) == threads


def test_a_mesh_takes_free_ports_and_is_its_own_registry() -> None:
    made = plan(workers=2, engine="scripted", environ={})
    assert (made.gateway.listen, made.balancer.listen) == ("127.0.0.1:0", "127.0.0.1:0")
    assert (made.gateway.metrics_listen, made.balancer.metrics_listen) == (None, None)
    assert made.is_in_memory
    assert made.flags_of(0)[-2:] == ("--instance-id", "worker-1")
    assert {"--engine=scripted", "--listen=127.0.0.1:0", "--metrics-listen="} <= set(
        made.flags_of(0)
    )


def test_with_a_registry_beyond_this_machine_workers_name_themselves() -> None:
    made = plan(workers=2, engine="scripted", discovery="consul", environ={})
    assert not made.is_in_memory
    assert "--instance-id" not in made.flags_of(1)
    assert "--discovery=consul" in made.flags_of(1)


def test_flags_win_over_the_environment_and_both_over_defaults() -> None:
    environ = {"EVENFLOW_GATEWAY_LISTEN": "127.0.0.1:7001", "EVENFLOW_BALANCER_LISTEN": "[::1]:7"}
    made = plan(
        workers=1, engine="scripted", listen=None, balancer_listen="127.0.0.1:8", environ=environ
    )
    assert (made.gateway.listen, made.balancer.listen) == ("127.0.0.1:7001", "127.0.0.1:8")


def test_worker_settings_become_flags_and_none_is_left_out() -> None:
    settings = {"slots": 4, "model": None, "scripted_step_ms": 1.5}
    flags = plan(workers=1, engine="scripted", worker_settings=settings, environ={}).flags_of(0)
    assert {"--slots=4", "--scripted-step-ms=1.5"} <= set(flags)
    assert not any(flag.startswith("--model") for flag in flags)


def test_all_faults_of_all_parts_are_told_at_once() -> None:
    environ = {"EVENFLOW_GATEWAY_MAX_ATTEMPTS": "no", "EVENFLOW_BALANCER_COLOUR": "red"}
    with pytest.raises(Complaint) as caught:
        plan(workers=1, engine="scripted", environ=environ)
    assert "gateway: EVENFLOW_GATEWAY_MAX_ATTEMPTS 'no': must be a whole number" in str(
        caught.value
    )
    assert "balancer: EVENFLOW_BALANCER_COLOUR: unknown setting of balancer" in str(caught.value)
    assert caught.value.exit_code == 2


def test_what_workers_could_not_use_is_told_before_any_is_started() -> None:
    environ = {"EVENFLOW_WORKER_KV_TOKENS": "-1"}
    with pytest.raises(Complaint) as caught:
        plan(workers=1, engine="scripted", worker_settings={"slots": 1000}, environ=environ)
    assert sorted(str(caught.value).splitlines()[1:]) == [
        "  worker: --slots '1000': must be at most 256",
        "  worker: EVENFLOW_WORKER_KV_TOKENS '-1': must be at least 0",
    ]


def test_a_fault_of_several_rooms_is_told_once() -> None:
    with pytest.raises(Complaint) as caught:
        plan(workers=1, engine="scripted", log_level="loud", environ={})
    (told,) = str(caught.value).splitlines()[1:]
    assert told == (
        "  gateway, balancer, worker: --log-level 'loud': must be one of "
        "debug, info, warning, error"
    )


def test_of_several_balancers_the_first_has_the_ports_asked_for() -> None:
    made = plan(
        workers=2,
        engine="scripted",
        balancers=2,
        balancer_listen="127.0.0.1:4000",
        has_metrics=True,
        discovery="consul",
        environ={},
    )
    first, second = (
        load(BalancerSettings, "balancer", made.flags_of_balancer(n), {}) for n in (0, 1)
    )
    assert (first.listen, first.metrics_listen) == ("127.0.0.1:4000", "127.0.0.1:9102")
    assert (second.listen, second.metrics_listen) == ("127.0.0.1:0", "127.0.0.1:0")
    assert first.discovery == second.discovery == "consul"
