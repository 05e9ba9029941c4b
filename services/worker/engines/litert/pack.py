"""Has LiteRT pack a file's matrices for this processor: a program.

`python -m services.worker.engines.litert.pack GRAPHS PACKED` writes PACKED. It is a process
of its own because LiteRT aborts where it cannot write all of it, as on a full disk. Ends
when its input does.
"""

import os
import subprocess
import sys
from pathlib import Path

from services.worker.child_environment import child_environment
from services.worker.engines.litert.runtime import LiteRtRuntime
from services.worker.engines.with_parent import end_with_input


def pack(graphs: Path, packed: Path) -> None:
    """Write `packed` in a process of its own; OSError if that fails."""
    program = "services.worker.engines.litert.pack"
    command = [sys.executable, "-m", program, str(graphs), str(packed)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=child_environment(os.environ),
    ) as child:
        code = child.wait()
    if code != 0 or not packed.is_file():
        raise OSError(f"packing ended with code {code}")


if __name__ == "__main__":
    end_with_input()
    LiteRtRuntime(Path(sys.argv[1]), Path(sys.argv[2]), 1)
