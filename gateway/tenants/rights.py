"""What a tenant may ask at all, however little it uses.

Pure. Knows neither what is in use nor who served a model.
"""

from collections.abc import Sequence

from gateway.errors import Refusal, Refused
from gateway.tasks.task import Priority, Task
from gateway.tenants.tenant import Tenant

_RANKS = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2}


def check_rights(tenant: Tenant, task: Task, served: Sequence[str]) -> None:
    """Hold a task against its tenant's rights; `served` are the models that there are.

    Raises:
        Refused: the model or the priority is not the tenant's to ask for.
    """
    limits = tenant.limits
    # Who names none means the only one served.
    check_models(tenant, (task.model,) if task.model else served)
    if _RANKS[task.priority] > _RANKS[limits.highest_priority]:
        highest = limits.highest_priority.name
        message = f"priority: this tenant may ask for PRIORITY_{highest} at most"
        raise Refused(Refusal.PRIORITY_NOT_ALLOWED, message)


def check_models(tenant: Tenant, asked: Sequence[str]) -> None:
    """Hold models, or classifiers, against those that a tenant may ask.

    Raises:
        Refused: one of them is not the tenant's to ask for.
    """
    models = tenant.limits.models
    if models is not None and not models.issuperset(asked):
        allowed = ", ".join(sorted(models)) or "none"
        raise Refused(Refusal.MODEL_NOT_ALLOWED, f"model: this tenant may ask {allowed}")
