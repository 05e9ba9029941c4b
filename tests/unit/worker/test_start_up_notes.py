import os
import re
import threading

import pytest

from services.worker.engines.start_up_notes import without_notes

NOTE = re.compile(rb"^INFO: ")


def test_lines_that_match_are_dropped_and_the_rest_is_passed_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with without_notes(NOTE):
        os.write(2, b"INFO: opened\nan error\n")
    assert capfd.readouterr().err == "an error\n"


def test_two_threads_at_once_leave_standard_error_as_it_was(
    capfd: pytest.CaptureFixture[str],
) -> None:
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with without_notes(NOTE):
            entered.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with without_notes(NOTE):
        thread.start()
        entered.wait(0.5)  # it does not come in, and else would leave after us
    leave.set()
    thread.join()
    os.write(2, b"seen\n")
    assert capfd.readouterr().err == "seen\n"
