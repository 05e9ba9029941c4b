import random

import pytest

from gateway.tasks.plan import plan
from gateway.tasks.prompts import input_of, language_name
from gateway.tasks.task import (
    Answer,
    Chat,
    Message,
    Priority,
    Prompt,
    Sampling,
    Summarize,
    Task,
    Translate,
)
from services.runtime.text import Text


def shown(work) -> str:
    said = input_of(work)
    if isinstance(said, Text):
        return said.reveal
    return "\n".join(f"{message.role}: {message.content.reveal}" for message in said)


def test_a_prompt_goes_as_it_stands():
    assert shown(Prompt(Text(" Once upon"))) == " Once upon"


def test_a_dialogue_goes_as_it_stands():
    messages = (Message("system", Text("Be kind.")), Message("user", Text("Hi")))
    assert input_of(Chat(messages)) is messages


def test_a_question_alone():
    assert shown(Answer(Text("Who?"), Text(""))) == (
        "system: You are a helpful assistant. Answer the question correctly and briefly.\n"
        "user: Who?"
    )


def test_a_question_from_a_context():
    said = shown(Answer(Text("Who?"), Text("Ann came.")))
    assert said.startswith("system: Answer the question from the text that the user gives.")
    assert said.endswith("user: Ann came.\n\nQuestion: Who?")


def test_a_translation_names_the_languages_in_english():
    said = shown(Translate(Text("Guten Tag"), Text("fr"), Text("de-CH")))
    assert "Translate the user's text from German into French." in said
    assert said.endswith("user: Translate into French:\n\nGuten Tag")


def test_a_translation_from_a_language_not_told():
    assert "Translate the user's text into Klingon." in shown(
        Translate(Text("Hi"), Text("Klingon"), Text(""))
    )


def test_a_summary_with_and_without_a_length():
    assert shown(Summarize(Text("Long."), 30)).endswith(
        "user: Summarize this text in about 30 words:\n\nLong."
    )
    assert shown(Summarize(Text("Long."), None)).endswith("user: Summarize this text:\n\nLong.")


@pytest.mark.parametrize(
    ("given", "name"),
    [("fr", "French"), ("FR", "French"), ("pt-BR", "Portuguese"), ("zh_Hant", "Chinese")],
)
def test_tags_have_names(given, name):
    assert language_name(given) == name


def a_task(**sampling) -> Task:
    work = Prompt(Text("äb"))
    return Task("r", "default", "", Priority.NORMAL, Sampling(**sampling), work)


def test_a_seed_is_drawn_only_where_chance_has_a_part():
    drawn = random.Random(5).getrandbits(64)
    assert plan(a_task(), random.Random(5)).step.sampling.seed is None
    assert plan(a_task(temperature=0.7), random.Random(5)).step.sampling.seed == drawn
    assert plan(a_task(temperature=0.7, seed=0), random.Random(5)).step.sampling.seed == 0


def test_prompt_bytes_are_those_of_what_is_sent():
    assert plan(a_task(), random.Random(5)).step.prompt_bytes == 3
    chat = Chat((Message("user", Text("äb")), Message("user", Text("c"))))
    task = Task("r", "default", "", Priority.NORMAL, Sampling(), chat)
    assert plan(task, random.Random(5)).step.prompt_bytes == 4


def test_a_step_belongs_to_the_tasks_tenant():
    assert plan(a_task(), random.Random(5)).step.tenant == "default"


def test_no_task_shows_its_text():
    task = a_task(stop=(Text("secret"),))
    assert "äb" not in repr(task)
    assert "secret" not in repr(task)
    assert "äb" not in repr(plan(task, random.Random(5)))
