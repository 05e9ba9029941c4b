import pytest

from services.runtime.settings import SettingsError, load
from services.worker.settings import WorkerSettings


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--threads", "40000"),  # LiteRT breaks down where the system gives it no more
        ("--consul-forget-seconds", "1000000"),  # written as 1e+06, which Consul cannot read
        ("--consul-forget-seconds", "inf"),
    ],
)
def test_what_others_would_choke_on_is_refused_at_the_start(flag: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(WorkerSettings, "worker", [flag, value], {})
    (fault,) = refused.value.faults
    assert fault.startswith(f"{flag} {value!r}: must be at most")
