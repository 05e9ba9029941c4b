import pytest

from gateway.errors import InvalidTask, Refusal, Refused
from gateway.tasks.task import Priority, Prompt, Sampling, Task
from gateway.tenants.door import Door, Shown
from gateway.tenants.keys import digest, is_digest, key_from
from gateway.tenants.rights import check_rights
from gateway.tenants.roll import Roll, RollError, read_roll
from gateway.tenants.tenant import Limits, Tenant
from services.runtime.text import Text

KEY, OTHER_KEY = key_from(bytes(32)), key_from(bytes(range(32)))
SPIFFE = "spiffe://mesh/ns/search/sa/indexer"
FILE = f"""
[tenants.search]
keys = ["{digest(KEY)}"]
identities = ["{SPIFFE}"]
requests_per_minute = 600
tokens_per_minute = 200_000
in_flight = 64
models = ["small"]
highest_priority = "normal"

[tenants.batch]
keys = ["{digest(OTHER_KEY)}"]
"""


@pytest.fixture
def roll() -> Roll:
    return read_roll(FILE)


def refusal(door: Door, shown: Shown) -> Refusal:
    with pytest.raises(Refused) as refused:
        door.tenant(shown)
    return refused.value.refusal


def test_reads_all_fields(roll):
    assert repr(roll) == "<Roll 2 tenants 2 keys>"
    limits = Limits(600, 200_000, 64, frozenset({"small"}), Priority.NORMAL)
    assert roll.of_key(KEY) == Tenant("search", limits)
    assert roll.of_key(OTHER_KEY) == Tenant("batch")
    assert roll.of_key(KEY + "x") is None
    assert roll.of_identity(SPIFFE) is roll.of_key(KEY)


def test_a_key_is_long_and_its_digest_does_not_hold_it():
    assert KEY.startswith("ef-")
    assert len(KEY) == 46
    assert is_digest(digest(KEY))
    assert KEY not in digest(KEY)
    with pytest.raises(ValueError, match="16 bytes"):
        key_from(bytes(16))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "tenants: must hold a table for each tenant"),
        ("[tenants", "not TOML"),
        ("[limits]\n[tenants.a]\nidentities=['spiffe://a']", "limits: unknown"),
        ("[tenants.a]", "tenants.a: nobody can be this tenant"),
        ("[tenants.'a b']\nidentities=['spiffe://a']", "tenants.a b: a name must be"),
        ("[tenants]\na = 1", "tenants.a: must be a table"),
        ("[tenants.a]\nkeys=['ef-secret']", 'tenants.a.keys[0]: must be "sha256:"'),
        ("[tenants.a]\nkeys='x'", "tenants.a.keys: must be a list of strings"),
        ("[tenants.a]\nidentities=['a']", "tenants.a.identities[0]: must begin with"),
        ("[tenants.a]\nrate=1", "tenants.a.rate: unknown; there are requests_per_minute"),
        ("[tenants.a]\nin_flight=0", "tenants.a.in_flight: must be a whole number from 1"),
        ("[tenants.a]\nin_flight=true", "tenants.a.in_flight: must be a whole number from 1"),
        ("[tenants.a]\nhighest_priority='top'", "must be one of low, normal, high"),
        ("[tenants.a]\nhighest_priority=['low']", "must be one of low, normal, high"),
        (f"[tenants.a]\nin_flight={'1' * 5_000}", "not TOML that can be read: ValueError"),
        (f"a={'[' * 50_000}", "not TOML that can be read: RecursionError"),
        (
            "[tenants.a]\nidentities=['spiffe://x']\n[tenants.b]\nidentities=['spiffe://x']",
            "tenants.b.identities[0]: is a's too",
        ),
    ],
)
def test_a_fault_is_told_by_its_place(text, fault):
    with pytest.raises(RollError) as error:
        read_roll(text)
    assert any(fault in each for each in error.value.faults), error.value.faults


def test_all_faults_are_told_at_once_and_none_quotes_a_key():
    with pytest.raises(RollError) as error:
        read_roll("[tenants.a]\nkeys=['ef-secret']\nin_flight=0\n[tenants.b]")
    assert len(error.value.faults) == 3
    assert "secret" not in str(error.value)


def test_without_a_roll_a_tenant_is_who_it_says_it_is():
    door = Door(lambda: None)
    assert door.tenant(Shown()) == Tenant("default")
    assert door.tenant(Shown(names=["a"])) == Tenant("a")


def test_without_a_roll_a_name_that_is_none_is_a_fault_of_its_field():
    door = Door(lambda: None)
    for names in (["a b"], ["x" * 65], ["ä"], [""], ["a", "b"]):
        with pytest.raises(InvalidTask) as invalid:
            door.tenant(Shown(names=names))
        (fault,) = invalid.value.faults
        rule = "this metadata must be 1 to 64 of [A-Za-z0-9._-]"
        assert (fault.field, fault.description) == ("evenflow-tenant", rule)


def test_a_key_opens_and_wins_over_a_certificate(roll):
    door = Door(lambda: roll)
    assert door.tenant(Shown(authorizations=[f"Bearer {KEY}"])).name == "search"
    assert door.tenant(Shown(authorizations=[f"bearer {OTHER_KEY}"])).name == "batch"
    shown = Shown(authorizations=[f"Bearer {OTHER_KEY}"], identities=[SPIFFE])
    assert door.tenant(shown).name == "batch"


def test_a_certificate_opens_only_with_exactly_one_known_identity(roll):
    door = Door(lambda: roll)
    assert door.tenant(Shown(identities=[SPIFFE])).name == "search"
    assert refusal(door, Shown(identities=[SPIFFE, SPIFFE])) is Refusal.NO_KEY
    assert refusal(door, Shown(identities=["spiffe://mesh/else"])) is Refusal.NO_KEY


def test_what_opens_to_nobody(roll):
    door = Door(lambda: roll)
    assert refusal(door, Shown()) is Refusal.NO_KEY
    assert refusal(door, Shown(names=["search"])) is Refusal.NO_KEY
    for wrong in ("Bearer", "Bearer nonsense", f"Basic {KEY}", KEY, ""):
        assert refusal(door, Shown(authorizations=[wrong])) is Refusal.UNKNOWN_KEY
    twice = [f"Bearer {KEY}"] * 2
    assert refusal(door, Shown(authorizations=twice)) is Refusal.UNKNOWN_KEY
    # A wrong key is not made good by a certificate.
    assert refusal(door, Shown((), ["Bearer x"], [SPIFFE])) is Refusal.UNKNOWN_KEY


def test_a_name_may_only_agree_with_the_key(roll):
    door, authorizations = Door(lambda: roll), [f"Bearer {KEY}"]
    assert door.tenant(Shown(["search"], authorizations)).name == "search"
    assert refusal(door, Shown(["batch"], authorizations)) is Refusal.OTHER_TENANT


def test_a_revoked_key_opens_no_more(roll):
    rolls = [roll]
    door, shown = Door(lambda: rolls[-1]), Shown(authorizations=[f"Bearer {KEY}"])
    assert door.tenant(shown).name == "search"
    rolls.append(read_roll(FILE.replace(digest(KEY), digest("another"))))
    assert refusal(door, shown) is Refusal.UNKNOWN_KEY


def task(model: str = "", priority: Priority = Priority.NORMAL) -> Task:
    return Task("r", "t", model, priority, Sampling(), Prompt(Text("hello")))


def test_a_tenant_asks_only_its_models():
    tenant = Tenant("t", limits=Limits(models=frozenset({"small"})))
    check_rights(tenant, task("small"), ["small", "large"])
    check_rights(tenant, task(""), ["small"])
    for model, served in (("large", ["small", "large"]), ("", ["large"])):
        with pytest.raises(Refused, match="this tenant may ask small") as refused:
            check_rights(tenant, task(model), served)
        assert refused.value.refusal is Refusal.MODEL_NOT_ALLOWED


def test_a_tenant_has_a_highest_priority():
    tenant = Tenant("t", limits=Limits(highest_priority=Priority.NORMAL))
    check_rights(tenant, task(priority=Priority.LOW), [])
    with pytest.raises(Refused, match="PRIORITY_NORMAL at most") as refused:
        check_rights(tenant, task(priority=Priority.HIGH), [])
    assert refused.value.refusal is Refusal.PRIORITY_NOT_ALLOWED
