"""The widest forms and fillings, a module or two a language: the lists before them stay as they are."""

from collections.abc import Mapping, Sequence
from types import ModuleType

from services.worker.training.task_texts.wider import (
    chinese,
    chinese_more,
    english,
    english_more,
    english_talk,
    german,
    german_more,
    spanish,
    spanish_more,
)

MODULES: Mapping[str, Sequence[ModuleType]] = {
    "en": (english, english_talk, english_more),
    "es": (spanish, spanish_more),
    "de": (german, german_more),
    "zh": (chinese, chinese_more),
}
