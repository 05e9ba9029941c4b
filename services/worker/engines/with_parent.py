"""Lets a process end with the one that started it, however that ends.

`python -m services.worker.engines.with_parent MODULE ARGUMENTS…` runs a module so; a program
of ours calls `end_with_input`. The other one holds the writing end of standard input and
never writes: the system closes it for whoever is killed. Linux' own way, a signal at the
parent's death, goes by the thread that started the process, and not by the process.
"""

import os
import runpy
import sys
import threading


def end_with_input() -> None:
    """End at once, whatever is being done, when standard input ends."""
    threading.Thread(target=_wait_and_end, name="with parent", daemon=True).start()


def _wait_and_end() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    end_with_input()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
