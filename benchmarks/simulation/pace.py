"""How fast a simulated worker is.

Pure. Decides the constants of a step and nothing about who computes what in it.
Seconds at speed 1; a worker at speed 0.5 takes twice as long for all of it.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pace:
    """A step's cost, and the room of a batch.

    `is_fused`: prefill and decode are one pass, whose fixed cost falls due with
    either, and a chunk may hold parts of several prompts. Otherwise a step is one
    chunk of one prompt, then one decode, each only if there is anything to do.
    """

    step_seconds: float
    sequence_seconds: float
    context_token_seconds: float
    prefill_token_seconds: float
    chunk_tokens: int
    slots: int
    kv_tokens: int
    is_fused: bool

    def slowed(self, factor: float) -> "Pace":
        """The same worker in a world where all takes so many times as long."""
        return replace(
            self,
            step_seconds=self.step_seconds * factor,
            sequence_seconds=self.sequence_seconds * factor,
            context_token_seconds=self.context_token_seconds * factor,
            prefill_token_seconds=self.prefill_token_seconds * factor,
        )

    def decode_seconds(self, sequences: int, context_tokens: float) -> float:
        """One decode step of a batch."""
        return (
            self.step_seconds
            + self.sequence_seconds * sequences
            + self.context_token_seconds * context_tokens
        )


GPU = Pace(
    step_seconds=10e-3,
    sequence_seconds=30e-6,
    context_token_seconds=0.07e-6,
    prefill_token_seconds=55e-6,
    chunk_tokens=512,
    slots=256,
    kv_tokens=300_000,
    is_fused=True,
)
"""A large engine on one accelerator, as in the first study (FACTS, "Dispatch")."""

SCRIPTED = Pace(
    step_seconds=10e-3,
    sequence_seconds=30e-6,
    context_token_seconds=0.0,
    prefill_token_seconds=1 / 18_000,
    chunk_tokens=128,
    slots=32,
    kv_tokens=32 * 2048,
    is_fused=False,
)
"""Our own worker with the scripted engine at its defaults, with 32 slots."""

INT8 = Pace(
    step_seconds=7e-3,
    sequence_seconds=0.5e-3,
    context_token_seconds=5e-6,
    prefill_token_seconds=1 / 1_900,
    chunk_tokens=128,
    slots=32,
    kv_tokens=32 * 2048,
    is_fused=False,
)
"""Our own worker with SmolLM2-135M in int8 on two cores: a step takes 7 ms and 1.5 ms a row at a
context of 200, of which a millisecond is the attention's."""
