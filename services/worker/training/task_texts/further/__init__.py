"""More forms and fillings, a module a language: the first lists stay as they were held out."""

from collections.abc import Mapping
from types import ModuleType

from services.worker.training.task_texts.further import chinese, english, german, spanish

MODULES: Mapping[str, ModuleType] = {
    "en": english,
    "es": spanish,
    "de": german,
    "zh": chinese,
}
