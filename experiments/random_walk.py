"""A random walk of 19 states: the error of n-step TD and of TD(λ), over step sizes.

    make experiments

The error is the root mean square over the states, after each of the first 10 episodes, averaged
over these and over the runs. Where it is larger than 10, the values have diverged: null.
"""

import numpy as np

from experiments.record import record
from nnlib import environments, rl

RUNS, EPISODES = 100, 10
STEP_SIZES = 0.01, 0.02, 0.03, 0.04, *(k / 20 for k in range(1, 21))
STEPS = tuple(2**k for k in range(10))
TRACES = (0.0, 0.4, 0.8, 0.9, 0.95, 0.975, 0.99, 1.0)
TRUTH = np.arange(-9, 10) / 10


def error(learn, step_size, **option):
    """The error of a learner with this step size."""
    env, policy = environments.random_walk(19, left=-1.0), np.full((21, 2), 0.5)
    options = {"episodes": EPISODES, "step_size": step_size, "discount": 1.0, "history": True}
    total = 0.0
    for run in range(RUNS):
        rng = np.random.default_rng(run)
        values = learn(env, policy, rng=rng, **options, **option).history[:, 1:-1]
        total += np.sqrt(((values - TRUTH) ** 2).mean(axis=1)).mean()
    found = total / RUNS
    return round(found, 4) if found <= 10 else None


def main():
    """Run everything, and write the results."""
    results = {"step_sizes": list(STEP_SIZES), "n-step": {}, "lambda": {}}
    with np.errstate(over="ignore", invalid="ignore"):  # where the values diverge
        for n in STEPS:
            results["n-step"][f"{n}"] = [error(rl.td_n, a, n=n) for a in STEP_SIZES]
        for trace in TRACES:
            curve = [error(rl.td_lambda, a, trace=trace) for a in STEP_SIZES]
            results["lambda"][f"{trace:g}"] = curve
    settings = {"runs": RUNS, "episodes": EPISODES}
    record("random_walk", ("numpy",), settings=settings, results=results)


if __name__ == "__main__":
    main()
