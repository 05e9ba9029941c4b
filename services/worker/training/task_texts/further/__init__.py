"""More forms and fillings, a module a language: the first lists stay as they were held out."""

from collections.abc import Mapping
from types import ModuleType

from services.worker.training.task_texts.further import english

MODULES: Mapping[str, ModuleType] = {"en": english}
