import math

import pytest
from evenflow.v1 import generation_pb2 as g
from evenflow.v1 import inference_pb2 as i

from gateway.errors import InvalidTask
from gateway.tasks.task import Priority, Prompt, Sampling, Summarize
from gateway.validation import Validator
from services.runtime.text import Text

MIB = 1 << 20
USER, SYSTEM, ASSISTANT = g.ROLE_USER, g.ROLE_SYSTEM, g.ROLE_ASSISTANT


def read(request: i.GenerateRequest):
    return Validator(MIB, "", lambda: "made-up").read(request, "default")


def faults(request: i.GenerateRequest) -> dict[str, str]:
    with pytest.raises(InvalidTask) as invalid:
        read(request)
    return {fault.field: fault.description for fault in invalid.value.faults}


def prompt(text: str = "hi", **rest) -> i.GenerateRequest:
    return i.GenerateRequest(prompt=i.PromptTask(text=text), **rest)


def chat(*messages: tuple[int, str]) -> i.GenerateRequest:
    said = [g.ChatMessage(role=role, content=content) for role, content in messages]
    return i.GenerateRequest(chat=i.ChatTask(messages=said))


def test_fills_the_defaults_in():
    task = read(prompt())
    assert task.request_id == "made-up"
    assert task.model == ""
    assert task.priority is Priority.NORMAL
    assert task.sampling == Sampling()
    assert task.work == Prompt(Text("hi"))
    assert task.kind == "prompt"


def test_the_gateways_default_model_stands_in():
    assert Validator(MIB, "small", str).read(prompt(), "t").model == "small"
    assert Validator(MIB, "small", str).read(prompt(model="big"), "t").model == "big"


def test_a_set_zero_is_set():
    sampling = g.Sampling(temperature=0, seed=0, logprobs=0, presence_penalty=0)
    assert read(prompt(sampling=sampling)).sampling == Sampling(seed=0, logprobs=0)


def test_whitespace_is_a_text():
    assert read(prompt(" ")).work == Prompt(Text(" "))


def test_no_task():
    with pytest.raises(InvalidTask) as invalid:
        read(i.GenerateRequest())
    assert invalid.value.reason == "NO_TASK"
    assert str(invalid.value) == (
        "task: must be set: one of prompt, chat, answer, translate, summarize, auto"
    )


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (prompt(""), "prompt.text"),
        (i.GenerateRequest(answer=i.AnswerTask()), "answer.question"),
        (i.GenerateRequest(translate=i.TranslateTask(target_language="fr")), "translate.text"),
        (i.GenerateRequest(summarize=i.SummarizeTask()), "summarize.text"),
        (chat((USER, "")), "chat.messages[0].content"),
    ],
)
def test_empty_texts(request_, field):
    assert faults(request_) == {field: "must not be empty"}


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (prompt("x" * (MIB + 1)), "prompt.text"),
        (prompt("ä" * (MIB // 2) + "x"), "prompt.text"),
        (chat((USER, "x" * MIB), (USER, "x")), "chat.messages"),
        (
            i.GenerateRequest(answer=i.AnswerTask(question="x", context="x" * MIB)),
            "answer.context",
        ),
        (i.GenerateRequest(answer=i.AnswerTask(question="x" * (MIB + 1))), "answer.question"),
        (
            i.GenerateRequest(
                translate=i.TranslateTask(text="x" * (MIB + 1), target_language="fr")
            ),
            "translate.text",
        ),
        (i.GenerateRequest(summarize=i.SummarizeTask(text="x" * (MIB + 1))), "summarize.text"),
    ],
)
def test_texts_of_more_than_a_mebibyte(request_, field):
    assert faults(request_) == {field: "1048577 bytes; must be at most 1048576"}


def test_a_mebibyte_is_accepted():
    assert len(read(prompt("x" * MIB)).work.text) == MIB


def test_dialogues():
    assert faults(chat()) == {"chat.messages": "0 messages; must be 1 to 1024"}
    assert faults(chat(*[(USER, "x")] * 1025)) == {
        "chat.messages": "1025 messages; must be 1 to 1024"
    }
    assert faults(chat((g.ROLE_UNSPECIFIED, "x"), (USER, "x"))) == {
        "chat.messages[0].role": "must be set: system, user or assistant"
    }
    assert faults(chat((USER, "x"), (SYSTEM, "x"), (USER, "x"))) == {
        "chat.messages[1].role": "a system message must be the first"
    }
    assert faults(chat((USER, "x"), (ASSISTANT, "x"))) == {
        "chat.messages[1].role": "the last message must be the user's (ROLE_USER)"
    }
    task = read(chat((SYSTEM, "a"), (USER, "b"), (ASSISTANT, "c"), (USER, "d")))
    assert [message.role for message in task.work.messages] == [
        "system",
        "user",
        "assistant",
        "user",
    ]


def test_a_role_of_the_future_is_unknown():
    message = g.ChatMessage(content="x")
    message.MergeFromString(b"\x08\x63")  # role 99
    request = i.GenerateRequest(chat=i.ChatTask(messages=[message]))
    assert "chat.messages[0].role" in faults(request)


def test_languages():
    def translate(target, source=""):
        task = i.TranslateTask(text="x", target_language=target, source_language=source)
        return i.GenerateRequest(translate=task)

    assert faults(translate("")) == {"translate.target_language": "0 characters; must be 1 to 64"}
    assert faults(translate("x" * 65, "y" * 65)) == {
        "translate.target_language": "65 characters; must be 1 to 64",
        "translate.source_language": "65 characters; must be at most 64",
    }
    read(translate("x" * 64, "y" * 64))


def test_words():
    def summarize(words):
        return i.GenerateRequest(summarize=i.SummarizeTask(text="x", words=words))

    for words in (-1, 2001):
        assert faults(summarize(words)) == {"summarize.words": f"{words}; must be 0 (any) to 2000"}
    assert read(summarize(0)).work == Summarize(Text("x"), None)
    assert read(summarize(2000)).work == Summarize(Text("x"), 2000)


@pytest.mark.parametrize(
    ("name", "bad", "good"),
    [
        ("temperature", [-1, -0.01, 2.01, math.nan, math.inf, -math.inf], [0, 0.7, 2]),
        ("top_p", [0, -0.1, 1.01, math.nan, math.inf], [0.01, 1]),
        ("repetition_penalty", [0, -1, 2.01, math.nan], [0.5, 2]),
        ("presence_penalty", [-2.01, 2.01, math.nan], [-2, 0, 2]),
        ("frequency_penalty", [-2.01, 2.01, math.inf], [-2, 0, 2]),
        ("top_k", [0, -1, 1001], [1, 1000]),
        ("max_tokens", [0, -1, 8193], [1, 8192]),
        ("logprobs", [-1, 21], [0, 20]),
        ("seed", [], [0, 2**64 - 1]),
    ],
)
def test_sampling_ranges(name, bad, good):
    for value in bad:
        told = faults(prompt(sampling=g.Sampling(**{name: value})))
        assert list(told) == [f"sampling.{name}"]
        assert "must be" in told[f"sampling.{name}"]
    for value in good:
        sampling = read(prompt(sampling=g.Sampling(**{name: value}))).sampling
        assert getattr(sampling, name) == pytest.approx(value)


def test_a_limit_is_named():
    assert faults(prompt(sampling=g.Sampling(temperature=-1))) == {
        "sampling.temperature": "-1; must be 0 to 2"
    }
    assert faults(prompt(sampling=g.Sampling(top_p=math.nan))) == {
        "sampling.top_p": "nan; must be above 0 and at most 1"
    }


def test_stops():
    assert faults(prompt(sampling=g.Sampling(stop=["x"] * 9))) == {
        "sampling.stop": "9 strings; must be at most 8"
    }
    assert faults(prompt(sampling=g.Sampling(stop=["a", "", "x" * 129]))) == {
        "sampling.stop[1]": "0 characters; must be 1 to 128",
        "sampling.stop[2]": "129 characters; must be 1 to 128",
    }
    assert read(prompt(sampling=g.Sampling(stop=["x" * 128]))).sampling.stop == (Text("x" * 128),)


def test_names():
    rule = "1 to 64 of [A-Za-z0-9._-]"
    for bad in ("a b", "x" * 65, "ä", "a\n"):
        assert faults(prompt(request_id=bad)) == {"request_id": f"must be empty or {rule}"}
    assert read(prompt(request_id="A.b_c-9")).request_id == "A.b_c-9"


def test_priorities():
    assert read(prompt(priority=i.PRIORITY_HIGH)).priority is Priority.HIGH
    request = prompt()
    request.MergeFromString(b"\x58\x09")  # priority 9
    assert faults(request) == {"priority": "9 is no Priority"}


def test_all_faults_at_once():
    request = prompt(
        "",
        sampling=g.Sampling(temperature=math.nan, max_tokens=0, top_k=0),
        request_id="?",
        model="m" * 257,
    )
    assert list(faults(request)) == [
        "prompt.text",
        "sampling.temperature",
        "sampling.top_k",
        "sampling.max_tokens",
        "request_id",
        "model",
    ]


def test_what_is_told_fits_a_header_block():
    with pytest.raises(InvalidTask) as invalid:
        read(chat(*[(g.ROLE_UNSPECIFIED, "")] * 1024))
    assert len(invalid.value.faults) == 20
    assert str(invalid.value).endswith("; 17 more")
