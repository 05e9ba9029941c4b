"""Which arithmetic a processor offers, as far as LiteRT chooses its kernels by it.

Two processors of one class run the same kernels, so that a packed matrix of one
fits the other and equal inputs give equal bits.
"""

import hashlib
import platform
import re
from pathlib import Path

# Of x86 and of ARM; what else a processor can do changes no kernel of XNNPACK's.
_VECTORS = re.compile(
    r"sse4_1|ssse3|avx\w*|f16c|fma|gfni|amx\w*|"
    r"asimd\w*|fphp|sve\w*|i8mm|bf16|sme\w*|neon|vfpv4"
)
_CPUINFO = Path("/proc/cpuinfo")


def kernel_class(cpuinfo: str, machine: str) -> str:
    """A name for the kernels that run, from what /proc/cpuinfo says and the machine's kind.

    On ARM the kind of core belongs to it: XNNPACK has kernels for some of them.
    """
    found = re.findall(r"^(?:flags|Features)\s*:(.*)$", cpuinfo, re.MULTILINE)
    words = {word for line in found for word in line.split() if _VECTORS.fullmatch(word)}
    cores = set(re.findall(r"^CPU part\s*:\s*(\S+)$", cpuinfo, re.MULTILINE))
    told = f"{machine} {sorted(words)} {sorted(cores)}"
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def this_kernel_class() -> str:
    """That of this machine."""
    try:
        cpuinfo = _CPUINFO.read_text()
    except OSError:
        cpuinfo = platform.processor()
    return kernel_class(cpuinfo, platform.machine())
