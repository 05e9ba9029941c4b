"""What is taken out of a free text as its instruction, and what is left alone."""

import tracemalloc

import pytest

from gateway.tasks.instruction import SUMMARY, TRANSLATION, Separated, separated
from gateway.tasks.interpreting import Verdict, Why, interpret
from gateway.tasks.task import Chat, Message, Summarize
from services.runtime.text import Text

STORY = (
    "The ferry was stopped in March after an engine fire. Nobody was hurt. "
    "Repairs took two months, and tickets are now more expensive."
)
NOTICE = "图书馆从下个月开始晚上也开放。学生们很高兴，但是工作人员担心人手不够，希望多招几个人。"


@pytest.mark.parametrize(
    "text",
    [
        f"Summarize: {STORY}",
        f"can you briefly sum up this email?\n\n{STORY}",
        f"{STORY}\n\ntl;dr please",
        f"{STORY} Please summarize the above.",
        f"What is this about? {STORY}",
        f"Summary - {STORY}",
        f'Please summarize "{STORY}"',
        f"Kannst du diesen Artikel kurz zusammenfassen? {STORY}",
        f"{STORY} Bitte fass den Text zusammen!",
        f"{STORY}\n¿De qué trata el texto?",
        f"{STORY} Resúmemelo, por favor.",
    ],
)
def test_a_plain_request_for_a_summary_is_taken_out(text):
    assert separated(text, SUMMARY) == Separated(STORY, None)


@pytest.mark.parametrize("text", [f"请总结一下这篇文章：{NOTICE}", f"{NOTICE}请概括上文。"])
def test_in_chinese_too(text):
    assert separated(text, SUMMARY) == Separated(NOTICE, None)


@pytest.mark.parametrize(
    "text",
    [
        f"Summarize this in one sentence: {STORY}",
        f"{STORY} Summarize the above in 3 bullet points.",
        f"What are the key points? {STORY}",
        f"{STORY}\n\nFasse das in zwei Sätzen zusammen.",
        f"{STORY} Resúmelo en una frase.",
        f"用一句话总结：{NOTICE}",
        f"{NOTICE}请列出要点。",
    ],
)
def test_a_form_that_cannot_be_said_otherwise_stays_in_the_text(text):
    assert separated(text, SUMMARY) == Separated(text, None, is_whole=True)
    verdict = Verdict((("summary", 0.9),), 0.5, "task", "v1")
    interpretation = interpret(Text(text), verdict)
    assert interpretation.work == Summarize(Text(text), None)
    assert (interpretation.why, interpretation.instruction_removed) == (Why.LABEL, False)


def test_a_length_is_said_to_the_model_with_a_form_and_without():
    assert separated(f"Summarize in 50 words: {STORY}", SUMMARY) == Separated(STORY, 50)
    whole = f"Summarize in 50 words, as a list: {STORY}"
    assert separated(whole, SUMMARY) == Separated(whole, 50, is_whole=True)


@pytest.mark.parametrize(
    "text",
    [
        # No text to summarize, or only more of what to do.
        "Summarize the plot of Romeo and Juliet in three sentences.",
        "Write a summary in one sentence. Make it short.",
        "Summarize what we know about climate change. Explain the greenhouse effect, name three "
        "gases, and say what governments of rich countries should do next year.",
        # Something else, or something more, is asked for.
        f"Rewrite this more politely: {STORY}",
        f"Find the spelling mistakes in this text: {STORY}",
        f"{STORY} What does the author think about this?",
        f"What about this? {STORY}",
        f"Summarize and translate into French: {STORY}",
        f"Summarize this for a child: {STORY}",
        f"Summarize this formally in one sentence: {STORY}",
        f"Summarize this text. Then tell me who was hurt. {STORY}",
        f"Summarize this text. Use simple words. {STORY}",
        f"Fasse das zusammen. Achte auf die Preise. {STORY}",
        f"Rewrite this more politely: {STORY} Send me a summary.",
        f"Rewrite this more politely.\n\n{STORY} Give me a summary in one line.",
        f"请把下面的内容改得更正式：{NOTICE}",
        f"总结并翻译成英文：{NOTICE}",
    ],
)
def test_what_asks_for_anything_else_or_more_is_left_alone(text):
    assert separated(text, SUMMARY) is None
    verdict = Verdict((("summary", 0.9),), 0.5, "task", "v1")
    interpretation = interpret(Text(text), verdict)
    assert interpretation.work == Chat((Message("user", Text(text)),))
    assert interpretation.why is Why.INSEPARABLE


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Translate into French: I am late.", "I am late."),
        ("Could you put this into French?\n\nI am late.", "I am late."),
        ("Can you translate this into French? I am late.", "I am late."),
        ("I am late. -> French, please translate", "I am late."),
        ("I am late. Bitte auf Französisch", "I am late."),
        ("I am late.\n\nPásamelo al francés, por favor", "I am late."),
        ("I need the following in Italian - I am late.", "I am late."),
        ("Into French: tea", "tea"),
        ("what's the French word for umbrella?", "umbrella"),
        ("How do you say good morning in French", "good morning"),
        ("Was heißt Regenschirm auf Spanisch?", "Regenschirm"),
        ("cómo se dice paraguas en alemán", "paraguas"),
        ("¿Qué significa 'thunderstorm' en español?", "thunderstorm"),
        ("“谢谢你的帮助”的英文是什么", "谢谢你的帮助"),
        ("把这段话翻成德语\n我们下个月搬家。", "我们下个月搬家。"),
    ],
)
def test_a_plain_request_for_a_translation_is_taken_out(text, passage):
    assert separated(text, TRANSLATION) == Separated(passage, None)


@pytest.mark.parametrize(
    "text",
    [
        "Translate into formal French: I am late.",
        "Translate this into French. Use formal words. I am late.",
        "Translate this into French? Please keep the names. I am late.",
        "Übersetze ins Englische. Es soll höflich klingen. Ich bin spät.",
        "Translate nicely into English: Ich mag das. In English.",
        "How do you say no politely in Japanese?",
        "How do you say goodbye to a friend in French?",
        "How do you say this in French?",
        "The text is in French. Translate it into German. Je suis en retard.",
        "How do you say 'I am late' politely in French?",
        "Summarize in French: I am late.",
        'Was bedeutet "I am late." auf Deutsch?',
        "Was bedeutet 'I am late.' auf Deutsch?",
        "Wie sagen die Leute „Ich bin spät.“ auf Englisch",
        "Translate word for word into French: I am late.",
        "Traduce palabra por palabra al inglés:\nLlego tarde.",
        "Write a letter in French. I am late.",
        "I need a letter in French: I am late.",
        "Ponme un correo en francés: I am late.",
        "Where did she grow up? She grew up in France and speaks French.",
        "I am late. I answered the man in French.",
        "翻译成更正式的英文：我迟到了。",
        "Translate this into French in 20 words: I am late.",
    ],
)
def test_a_translation_with_any_word_more_is_left_alone(text):
    assert separated(text, TRANSLATION) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("what is the word for this in English: a person who is never on time", Why.INSEPARABLE),
        ("what is the word for this in French: a person who is never on time", Why.LABEL),
    ],
)
def test_what_is_in_the_target_language_already_is_not_translated(text, why):
    verdict = Verdict((("translation", 0.9),), 0.5, "task", "v1")
    assert interpret(Text(text), verdict).why is why


def test_an_instruction_is_short_and_stands_at_an_end():
    assert separated(f"{STORY} Please summarize the above. {STORY}", SUMMARY) is None
    assert separated(f"{'please ' * 40}summarize: {STORY}", SUMMARY) is None


@pytest.mark.parametrize("instruction", [SUMMARY, TRANSLATION])
@pytest.mark.parametrize(
    "text",
    [
        f"Say this now. {' ' * (1 << 20)}b\n.",
        f"a - {' ' * (1 << 20)}b\n- c",
        "word for " * (1 << 17),
        "what - about it now. " * (1 << 16),
        "." * (1 << 20) + "a",
        "- " * (1 << 19) + "\n",
        "a: \n" * (1 << 18),
        f"summarize now{' -' * (1 << 19)}>",
    ],
)
def test_no_text_is_looked_at_for_long(text, instruction):
    """A rule that goes over a megabyte once for each of its letters would not end today."""
    assert separated(text, instruction) is None


@pytest.mark.parametrize("instruction", [SUMMARY, TRANSLATION])
@pytest.mark.parametrize("text", ["This is a text. " * (1 << 16), "a line\n" * (1 << 17)])
def test_no_more_of_a_text_is_cut_into_words_than_is_needed(text, instruction):
    """All words of it would be a dozen times as large as it is."""
    tracemalloc.start()
    try:
        assert separated(text, instruction) is None
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 6 * len(text)


@pytest.mark.parametrize("passage", ["one", "one " * 1000 + "two"])
def test_a_quoted_passage_may_be_long_and_what_is_around_it_may_not(passage):
    found = separated(f'Translate{" " * 150}"{passage}" into French', TRANSLATION)
    assert found is not None
    assert found.passage == passage
    assert separated(f'Translate{" " * 200}"{passage}" into French', TRANSLATION) is None
    assert separated(f'Translate "{passage}"{" " * 200}into French', TRANSLATION) is None
