"""Which classifiers the settings ask for.

Pure. Decides what an entry means: the bundled one's name, a trained folder or a
Keras file, and under which name it is served. Opens nothing.

>>> wanted_of("mood=models/moods")
Wanted(name='mood', path='models/moods')
>>> wanted_of("models/topics").name, wanted_of("models/tone.keras").name
('topics', 'tone')
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.worker.classifiers.card import is_name

BUNDLED_NAME = "task"
KERAS_SUFFIX = ".keras"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One classifier. `path` is empty for the bundled one."""

    name: str
    path: str

    @property
    def is_keras_file(self) -> bool:
        """Whether it is a file that Keras wrote, and no trained folder."""
        return self.path.endswith(KERAS_SUFFIX)


def wanted_of(entry: str) -> Wanted:
    """Read an entry: "task", "PATH" or "NAME=PATH"."""
    name, equals, path = entry.partition("=")
    if equals:
        return Wanted(name, path)
    if entry == BUNDLED_NAME:
        return Wanted(entry, "")
    return Wanted(entry.rstrip("/").rpartition("/")[2].removesuffix(KERAS_SUFFIX), entry)


def faults_of(entries: Sequence[str]) -> Iterator[str]:
    """What is wrong with entries, each told by itself."""
    seen: set[str] = set()
    for entry in entries:
        wanted = wanted_of(entry)
        if not is_name(wanted.name):
            yield f'classifiers "{entry:.100}": a name is 1 to 64 of a-z 0-9 . _ -; give NAME=PATH'
        elif "=" in entry and not wanted.path:
            yield f'classifiers "{entry:.100}": no path after "="'
        elif wanted.name in seen:
            yield f"classifiers: two are called {wanted.name}; give one as NAME=PATH"
        seen.add(wanted.name)
