"""The widest forms and fillings, a module or two a language: the lists before them stay as they are."""

from collections.abc import Mapping, Sequence
from types import ModuleType

from services.worker.training.task_texts.wider import (
    chinese,
    english,
    english_talk,
    german,
    spanish,
)

MODULES: Mapping[str, Sequence[ModuleType]] = {
    "en": (english, english_talk),
    "es": (spanish,),
    "de": (german,),
    "zh": (chinese,),
}
