"""A StepModel whose slots share what their prompts begin with.

Carries out what `prefixes.py` decides: copies between slots, and keeps what a
slot holds beyond its sequence's end until the slot is needed. A model that
cannot copy, or whose owner does not want it, computes every prompt in full.
"""

from collections.abc import Sequence

from services.worker.engines.engine import Logits, Row, SlotCopier, StepLimits, StepModel
from services.worker.engines.marks import Mark
from services.worker.engines.prefixes import LEAST, Copy, Prefixes


class SharingModel:
    """A model and the mirror of its cache. Called on the engine's thread only."""

    def __init__(self, model: StepModel, *, reuse: bool) -> None:
        limits = model.limits
        self._model = model
        self._copier = model if reuse and isinstance(model, SlotCopier) else None
        # Without a copier nothing is long enough to be shared.
        least = LEAST if self._copier else limits.context + 1
        self._prefixes = Prefixes(limits.slots, limits.context, least)

    @property
    def limits(self) -> StepLimits:
        """The model's."""
        return self._model.limits

    @property
    def marks_held(self) -> tuple[int, ...]:
        """Names of the beginnings that could be shared now, those used last first."""
        return self._prefixes.marks_held

    def begin(
        self,
        slot: int,
        prompt: Sequence[int],
        scope: str,
        *,
        marks: tuple[Mark, ...] = (),
        room: int,
    ) -> int:
        """Give a free slot to a prompt; how many of its tokens need no computation.

        The other free slots hold at most `room` tokens from then on. What the prompt
        begins with goes last: it may be beyond the room until it has been copied.
        Where this or `advance` raises, the slot must be given up by `abandon`.
        """
        self.limit(room, spared=self._prefixes.source(prompt, scope))
        rescued = self._prefixes.rescue(slot, prompt, scope)
        if rescued:
            self._copy(rescued)
        held = self._prefixes.held(slot)
        kept = self._prefixes.join(slot, prompt, scope, marks if self._copier else ())
        if held > kept:
            self._model.release(slot, kept)
        gained = self.advance(slot)
        self.limit(room)
        return kept + gained

    def limit(self, room: int, spared: int | None = None) -> None:
        """Give up of what free slots hold, `spared` aside, what exceeds so many tokens."""
        for cut in list(self._prefixes.surplus(room, spared)):
            self._model.release(cut.slot, cut.keep)
            self._prefixes.cut(cut)

    def advance(self, slot: int) -> int:
        """How many more tokens of a prompt need no computation, others having come further."""
        copy = self._prefixes.gain(slot)
        if copy is None:
            return 0
        held = self._prefixes.held(slot)
        self._copy(copy)
        return copy.count - held

    def prefill(self, slot: int, start: int, tokens: Sequence[int]) -> None:
        """See StepModel."""
        self._model.prefill(slot, start, tokens)
        self._prefixes.wrote(slot, start, tokens)

    def decode(self, rows: Sequence[Row]) -> Logits:
        """See StepModel."""
        logits = self._model.decode(rows)
        for row in rows:
            self._prefixes.wrote(row.slot, row.position, (row.token,))
        return logits

    def release(self, slot: int) -> None:
        """Free a slot; what it holds may still be shared."""
        if not self._prefixes.leave(slot):
            self._model.release(slot)

    def abandon(self, slot: int) -> None:
        """Free a slot whose cache cannot be trusted."""
        self._prefixes.forget(slot)
        self.release(slot)

    def _copy(self, copy: Copy) -> None:
        if self._copier is None:
            raise RuntimeError(f"the model cannot do {copy}")
        if self._prefixes.held(copy.target) > copy.count:
            self._model.release(copy.target, copy.count)
        self._prefixes.forget(copy.target)
        self._copier.copy(copy.source, copy.target, copy.count)
        self._prefixes.copied(copy)
