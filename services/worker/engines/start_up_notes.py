"""Keeps libraries' start-up notes off standard error.

They are written by C++ before, or whatever, a setting could say. Everything
else that is written meanwhile is passed on.
"""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# There is one standard error in a process: two at once would each restore the other's.
_TURN = threading.RLock()


@contextmanager
def without_notes(notes: re.Pattern[bytes]) -> Iterator[None]:
    """Hold standard error back; then pass on all of it but the lines that match."""
    with _TURN, tempfile.TemporaryFile() as held:
        sys.stderr.flush()
        shown = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(shown, 2)
            held.seek(0)
            kept = b"".join(line for line in held if not notes.match(line))
            os.write(shown, kept)
            os.close(shown)
