import structlog

from services.runtime import logs
from services.runtime.text import Text

SECRET = "what the caller wrote"


def test_fields_off_the_list_show_their_type_alone() -> None:
    event = {"event": "done", "tokens": 3, "prompt": SECRET, "text": Text(SECRET)}
    assert logs.keep_allowed_fields(None, "info", event) == {
        "event": "done",
        "tokens": 3,
        "prompt": "<str>",
        "text": "<Text>",
    }


def test_exceptions_show_their_class_and_place_alone() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        event = logs.show_exception_without_text(None, "error", {"event": "x", "exc_info": error})
    assert event["error"] == "ValueError"
    assert "test_logs.py" in event["where"]
    assert SECRET not in repr(event)


def test_a_console_log_holds_no_text(capsys) -> None:
    try:
        logs.configure("debug", "console")
        try:
            raise ValueError(SECRET)
        except ValueError:
            structlog.get_logger("x").exception("call failed", prompt=SECRET, ref="ab")
    finally:
        structlog.reset_defaults()
    written = capsys.readouterr().err
    assert "call failed" in written
    assert "ab" in written
    assert SECRET not in written


def test_text_shows_its_length_alone() -> None:
    text = Text(SECRET)
    assert [repr(text), str(text), f"{text}", "%s" % text] == ["<Text 21 chars>"] * 4  # noqa: UP031
    assert text.reveal == SECRET
