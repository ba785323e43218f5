"""Time nnlib and PyTorch side by side: one thread, one core, in turns.

Each side is a process of its own, so that neither disturbs the other's threads and memory. The two
take turns, a turn of each makes a ratio, and what counts is the median of the ratios: whatever else
the machine does falls on both. Time is processor time, without the waiting for a busy core.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

TORCH = Path(__file__).resolve().parents[1] / ".venv" / "torch" / "bin" / "python"
TURN = 0.05  # seconds that a side computes before it is the other's turn


class Case(NamedTuple):
    """Two functions without arguments; each prepares its side, and returns what is timed.

    What is timed takes no arguments either, and returns a number, which must be the same on both
    sides. `bar` is the ratio that nnlib's time must not exceed.
    """

    nnlib: callable
    torch: callable
    bar: float


def main(cases):
    """Compare the two sides, or be one of them: what a script that has named cases calls."""
    parser = argparse.ArgumentParser(description="Time nnlib against PyTorch.")
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(cases)}; all without any")
    parser.add_argument("--turns", type=int, default=25, help="how many turns each side has")
    parser.add_argument("--torch", default=TORCH, help="a Python that has PyTorch")
    parser.add_argument("--side", choices=("nnlib", "torch"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        return work(cases, args.side)
    if unknown := set(args.names) - set(cases):
        parser.error(f"no case is called {', '.join(sorted(unknown))}")
    if not Path(args.torch).exists():
        parser.error(f"there is no {args.torch}: `make bench` sets it up")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with start("nnlib", sys.executable) as nnlib, start("torch", args.torch) as torch:
        print(f"{say(nnlib, 'version')} against {say(torch, 'version')}, one thread")
        print(f"{'':24}{'nnlib':>10}{'PyTorch':>12}{'ratio':>8}{'bar':>6}")
        for name in args.names or cases:
            compare(name, cases[name], nnlib, torch, args.turns)
        nnlib.stdin.close(), torch.stdin.close()


def compare(name, case, nnlib, torch, turns):
    """Time one case, and print a line about it."""
    times = [(say(nnlib, name), say(torch, name)) for _ in range(turns + 1)]
    (_, ours), (_, theirs) = times[0]
    if abs(ours - theirs) > 1e-3 * abs(theirs):
        raise SystemExit(f"{name}: nnlib computes {ours}, PyTorch {theirs}")
    ours, theirs = ([each[side][0] for each in times[1:]] for side in (0, 1))  # the first warms up
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    print(
        f"{name:24}{1e3 * median(ours):7.2f} ms{1e3 * median(theirs):9.2f} ms"
        f"{ratio:8.2f}{case.bar:6.1f}  {'' if ratio <= case.bar else 'NOT MET'}",
        flush=True,
    )


def start(side, python):
    """Start the process of one side."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return subprocess.Popen(
        [python, sys.argv[0], "--side", side],
        env=os.environ | one,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def say(side, word):
    """Send a word to a side, and return its answer."""
    print(word, file=side.stdin, flush=True)
    answer = side.stdout.readline()
    if not answer:
        raise SystemExit(f"{side.args[-1]} stopped; what it wrote stands above")
    return json.loads(answer)


def work(cases, side):
    """Be one side: answer each word with the time and the result of the case of that name."""
    prepared = {}
    for line in sys.stdin:
        name = line.strip()
        if name == "version":
            answer = version(side)
        else:
            if name not in prepared:
                prepared[name] = prepare(getattr(cases[name], side))
            answer = turn(*prepared[name])
        print(json.dumps(answer), flush=True)


def version(side):
    """The name and version of a side."""
    if side == "torch":
        import torch

        torch.set_num_threads(1)
        return f"PyTorch {torch.__version__}"
    import numpy

    import nnlib

    return f"nnlib {nnlib.__version__} on NumPy {numpy.__version__}"


def prepare(make):
    """What is timed, and how often in a turn."""
    run = make()
    run()
    seconds, _ = turn(run, 1)
    return run, max(1, round(TURN / max(seconds, 1e-6)))


def turn(run, times):
    """Mean processor time, and the result."""
    begin = process_time()
    for _ in range(times):
        result = run()
    return (process_time() - begin) / times, float(result)
