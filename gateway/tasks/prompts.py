"""In what words a model is asked to do a task.

Pure. Decides the input of one step: a text to continue, or a dialogue for the
model's chat template. The instructions are short and stand first: small models
follow the first sentence they read. Knows no limits and no tokens.
"""

from typing import TypeAlias, assert_never

from gateway.tasks.task import Answer, Chat, Message, Prompt, Summarize, Translate, Work
from services.runtime.text import Text

Input: TypeAlias = Text | tuple[Message, ...]

# A small model knows "French" and not "fr". Names of ISO 639-1 codes; a tag that
# is not here is told to the model as it stands.
LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nb": "Norwegian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

ANSWER = "You are a helpful assistant. Answer the question correctly and briefly."
ANSWER_FROM_CONTEXT = (
    "Answer the question from the text that the user gives. "
    "If the text does not say, answer that it does not say."
)
FIND_IN_PART = (
    "Answer the question from the text that the user gives, in one sentence, in the words of "
    "the text. The text may not say: then answer that it does not say."
)


def input_of(work: Work) -> Input:
    """Word a task as one step's input."""
    match work:
        case Prompt(text):
            return text
        case Chat(messages):
            return messages
        case Answer():
            return _answer(work)
        case Translate():
            return _translate(work)
        case Summarize():
            return _summarize(work)
        case _:
            assert_never(work)


def finding_of(task: Answer) -> Input:
    """Word a question to a part of its context: what it says, in its own words."""
    return _ask(FIND_IN_PART, _asked(task))


def words_of(said: Input) -> str:
    """All words of an input, for whoever counts them."""
    if isinstance(said, Text):
        return said.reveal
    return "\n".join(message.content.reveal for message in said)


def language_name(language: str) -> str:
    """Return the English name of a BCP 47 tag ("pt-BR": "Portuguese"), or what was given."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return LANGUAGES.get(primary, language)


def _answer(task: Answer) -> Input:
    if not task.context:
        return _ask(ANSWER, task.question.reveal)
    return _ask(ANSWER_FROM_CONTEXT, _asked(task))


def _asked(task: Answer) -> str:
    return f"{task.context.reveal}\n\nQuestion: {task.question.reveal}"


def _translate(task: Translate) -> Input:
    target = language_name(task.target.reveal)
    source = f" from {language_name(task.source.reveal)}" if task.source else ""
    system = (
        f"You are a translator. Translate the user's text{source} into {target}. "
        "Write only the translation."
    )
    return _ask(system, f"Translate into {target}:\n\n{task.text.reveal}")


def _summarize(task: Summarize) -> Input:
    length = f" in about {task.words} words" if task.words is not None else ""
    system = "You summarize texts. Write only the summary, in your own words."
    return _ask(system, f"Summarize this text{length}:\n\n{task.text.reveal}")


def _ask(system: str, user: str) -> tuple[Message, ...]:
    return (Message("system", Text(system)), Message("user", Text(user)))
