"""What can go wrong with a sequence before or while it runs.

Messages name the limit that was hit and never the prompt. `service.py` maps
these to gRPC statuses, in one place.
"""


class NoSlot(Exception):
    """As many sequences run as there are slots."""

    def __init__(self, slots: int) -> None:
        super().__init__(f"all {slots} slots are taken")
        self.slots = slots


class PromptTooLong(Exception):
    """Prompt and one token of an answer, or the answer so far, do not fit the context."""

    def __init__(self, tokens: int, context: int) -> None:
        super().__init__(
            f"the prompt has {tokens} tokens; with at least one token of an answer "
            f"it must fit a context of {context}"
        )
        self.tokens = tokens
        self.context = context


class EmptyPrompt(Exception):
    """The model has no token for anything in the prompt: of a control character, perhaps."""

    def __init__(self) -> None:
        super().__init__("the model has no token for anything in this text")


class UnknownToken(Exception):
    """An answer to go on with holds a token that the model does not have."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__(f"the model's tokens are those below {vocabulary}")


class EngineFailed(Exception):
    """The model failed at this sequence, or the engine has stopped."""

    def __init__(self) -> None:
        super().__init__("the engine failed at this sequence")


class ClassifierBusy(Exception):
    """As many texts wait for a classifier as may; `wait` seconds, by when there should be room."""

    def __init__(self, name: str, limit: int, wait: float) -> None:
        super().__init__(f"{name} has its limit of {limit} texts waiting")
        self.wait = wait


class ClassifierFailed(Exception):
    """A classifier cannot run these texts."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} failed at these texts")


class EngineDied(Exception):
    """The engine's thread has ended by itself: the process is of no more use."""
