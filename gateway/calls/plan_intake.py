"""One Plan call: how a task would be done now.

Decides that it is checked, admitted and interpreted as the task itself would be, and
that nothing is run: it counts as its texts alone do, for their tokens are counted. How
a task is divided is `planning.py`'s matter.
"""

from collections.abc import Callable

from evenflow.v1.generation_pb2 import GenerateResponse, TaskPlan
from evenflow.v1.inference_pb2 import GenerateRequest

from gateway.calls import plan_wire
from gateway.calls.inside import BYTES_PER_TOKEN, Inside
from gateway.calls.intake import Caller
from gateway.calls.reckoning import reckoned
from gateway.errors import GatewayError
from gateway.explaining import explained
from gateway.fleet import Fleet
from gateway.interpreter import Interpreter
from gateway.metrics import GatewayMetrics
from gateway.planning import Planner
from gateway.tasks.plan import Step
from gateway.tasks.prompts import input_of
from gateway.tasks.task import Task
from gateway.tenants.rights import check_rights
from gateway.validation import Validator

_KIND = "plan"


class PlanIntake:
    """Takes Plan calls in."""

    def __init__(
        self,
        validator: Validator,
        inside: Inside,
        interpreter: Interpreter,
        planner: Planner,
        fleet: Callable[[], Fleet],
        metrics: GatewayMetrics,
    ) -> None:
        self._validator = validator
        self._inside = inside
        self._interpreter = interpreter
        self._planner = planner
        self._fleet = fleet
        self._metrics = metrics

    async def answer(self, request: GenerateRequest, caller: Caller) -> TaskPlan:
        """Plan one task.

        Raises:
            RpcFault: it cannot be planned.
        """
        request_id = ""
        with reckoned(_KIND, caller, self._metrics, lambda: {"request_id": request_id}):
            task = self._validator.read(request, caller.tenant.name)
            request_id = task.request_id
            return await self._planned(task, caller)

    async def _planned(self, task: Task, caller: Caller) -> TaskPlan:
        check_rights(caller.tenant, task, [model.name for model in self._fleet().models])
        size = Step(task.tenant, input_of(task.work), task.sampling).prompt_bytes
        tokens = size // BYTES_PER_TOKEN
        async with self._inside.admitted(caller.tenant, tokens, lambda: tokens):
            task, _ = await self._interpreter.understood(task, _nobody, caller.deadline)
            try:
                first = await self._planner.planned(task)
                plan = self._planner.plain(task) if first is None else first.plan
            except GatewayError as error:
                known = self._fleet().known_to(caller.tenant.limits.models)
                raise explained(error, task, size, known) from None
        return plan_wire.planned(plan)


async def _nobody(message: GenerateResponse) -> None:
    """Hears nothing: nothing is run."""
