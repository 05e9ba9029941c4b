"""A classifier's folder as an explanation reads it: the version that the worker serves, or none.

Decides what a folder is that was trained again, or has gone, since the worker started.
"""

from dataclasses import dataclass
from pathlib import Path

from services.worker.classifiers.errors import ClassifierError
from services.worker.classifiers.folder import ClassifierFolder, open_folder
from services.worker.explaining.errors import NotExplainable


@dataclass(frozen=True, slots=True)
class Trained:
    """Where a classifier lies, and the version of it that is served."""

    path: Path
    version: str

    def open(self) -> ClassifierFolder:
        """Read card and vocabulary; raises NotExplainable where they are not the served one's."""
        try:
            folder = open_folder(self.path)
        except ClassifierError as error:
            raise NotExplainable(f"its folder cannot be read any more: {error}") from None
        if folder.card.version != self.version:
            raise NotExplainable(
                f"version {self.version} is served, and its folder holds {folder.card.version} now"
            )
        return folder
