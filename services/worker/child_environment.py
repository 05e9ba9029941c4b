"""What a worker's own processes inherit of its environment.

Pure. They open files that others made: what such a file may come to run must find no
key, token or password there. So names are listed that Python, TensorFlow and what it
computes with read, and nothing else is handed on. Prefixes stand where no service keeps
its secrets under them; `TF_` and `NVIDIA_` are none: `TF_TOKEN_…`, `NVIDIA_API_KEY`.
"""

from collections.abc import Mapping

_NAMES = frozenset(
    (
        "HOME",
        "LANG",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "NVIDIA_DRIVER_CAPABILITIES",
        "NVIDIA_VISIBLE_DEVICES",
        "PATH",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHASHSEED",
        "PYTHONHOME",
        "PYTHONMALLOC",
        "PYTHONNOUSERSITE",
        "PYTHONPATH",
        "PYTHONPYCACHEPREFIX",
        "PYTHONUSERBASE",
        "PYTHONUTF8",
        "PYTHONWARNINGS",
        "TEMP",
        "TMP",
        "TMPDIR",
        "TZ",
        "XDG_CACHE_HOME",
        "XLA_FLAGS",
    )
)
_PREFIXES = (
    "CUDA_",
    "KMP_",
    "LC_",
    "MALLOC_",
    "MKL_",
    "OMP_",
    "OPENBLAS_",
    "TF_CPP_",
    "TF_ENABLE_",
    "TF_FORCE_",
    "TF_GPU_",
    "TF_NUM_",
    "TF_XLA_",
)


def child_environment(environ: Mapping[str, str], **own: str) -> dict[str, str]:
    """What of `environ` a process is given, and its `own`."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in _NAMES or name.startswith(_PREFIXES)
    }
    return kept | own
