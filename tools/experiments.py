"""Run the experiments, which take longer than a notebook may, and write their results anew.

    python -m tools.experiments            # all of them: experiments/*.py with a main()
    python -m tools.experiments mnist1d    # those of these names

Each runs by itself, under the environment of the notebooks: on Linux x86-64 with the pinned
versions, the results are those that are committed in `nnlib/data/results`, to the last digit.
"""

import os
import subprocess
import sys

from tools.notebooks import KERNEL_ENV, ROOT


def main(words=()):
    """Run the experiments of these names, or all; return how many failed."""
    names = sorted(path.stem for path in ROOT.glob("experiments/*.py") if path.stem != "record")
    unknown = set(words) - set(names)
    if unknown:
        sys.exit(f"no experiment {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    env, failed = {**os.environ, **KERNEL_ENV}, 0
    for name in words or names:
        print(f"== {name}", flush=True)
        run = subprocess.run([sys.executable, "-m", f"experiments.{name}"], cwd=ROOT, env=env)
        failed += run.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
