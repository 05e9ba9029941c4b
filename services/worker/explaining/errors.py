"""What can go wrong with an explanation. Pure; messages hold no text.

`wire.py` maps these to gRPC statuses, in one place.
"""

from collections.abc import Sequence


class ExplainerBusy(Exception):
    """As many explanations run and wait as may; `wait` seconds from now one may have ended."""

    def __init__(self, limit: int, wait: float) -> None:
        super().__init__(f"this worker has its limit of {limit} explanations")
        self.limit = limit
        self.wait = wait


class ExplainerLost(Exception):
    """The explaining process has ended in the middle; the next explanation starts another."""

    def __init__(self) -> None:
        super().__init__("the explaining process was lost; the next explanation starts another")


class ExplainerFailed(Exception):
    """The explaining process could not compute this explanation."""

    def __init__(self) -> None:
        super().__init__("the explanation could not be computed")


class NotExplainable(Exception):
    """What is served here cannot be explained; says why."""


class EmptyAnswer(Exception):
    """The model ends its own answer before the first token."""

    def __init__(self) -> None:
        super().__init__("the model's own answer is empty: give one")


class UnknownAnswer(Exception):
    """A given answer holds a token that the model does not have."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__(f"the model's tokens are those below {vocabulary}")


class UnknownLabel(Exception):
    """The classifier has no such label."""

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__(f"must be empty or one of {', '.join(labels)}")


class TooLongToExplain(Exception):
    """More tokens than are explained here; `field` has them, "input" with the answer's."""

    def __init__(self, tokens: int, limit: int, field: str = "input") -> None:
        what = "prompt and answer have" if field == "input" else "the answer has"
        super().__init__(f"{what} {tokens} tokens; at most {limit} are explained here")
        self.tokens = tokens
        self.limit = limit
        self.field = field
