"""Text that must not be seen: prompts and answers.

Pure. Decides how private text shows itself to logs, errors and debuggers: by
its size alone. Whoever needs the characters asks for them by name.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Prompt or answer text; `repr`, `str` and f-strings show only its length.

    >>> Text("who are you?")
    <Text 12 chars>
    """

    reveal: str

    def __repr__(self) -> str:
        return f"<Text {len(self.reveal)} chars>"

    __str__ = __repr__

    def __len__(self) -> int:
        """Length in characters."""
        return len(self.reveal)

    def __bool__(self) -> bool:
        return bool(self.reveal)


def is_utf8(told: str) -> bool:
    """Whether UTF-8 can say it: a `str` may hold half of a surrogate pair."""
    try:
        told.encode()
    except UnicodeEncodeError:
        return False
    return True
