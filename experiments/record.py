"""Write the results of an experiment, with what is needed to get them again.

They are part of nnlib, which the notebooks have wherever they run.
"""

import json
import os
import platform
from importlib.metadata import version

from nnlib.datasets import RESULTS

SETTINGS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")  # of which last digits depend


def record(name, packages, /, **content):
    """Write `content`, and the versions of packages, to nnlib/data/results/<name>.json.

    The file stays the same, to the byte, if the results and the versions do.
    """
    made_by = {
        "command": f"python -m tools.experiments {name}",
        "python": ".".join(platform.python_version_tuple()[:2]),
        "machine": platform.machine(),
        **{package: version(package) for package in packages},
        **{setting: os.environ[setting] for setting in SETTINGS if setting in os.environ},
    }
    text = json.dumps({"made by": made_by, **content}, indent=2, ensure_ascii=False)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
