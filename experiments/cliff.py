"""The cliff: what three ways of learning action values get from it, over many runs.

    make experiments

The results hold the sum of the rewards of each of 500 episodes (mean over the runs), its mean over
the last 100 of them (for each run), and its mean over the first 100, for several step sizes.
"""

import numpy as np

from experiments.record import record
from nnlib import environments, rl

RUNS, EPISODES, EPSILON, STEP_SIZE = 100, 500, 0.1, 0.5
STEP_SIZES = tuple(k / 10 for k in range(1, 11))
LEARNERS = {
    "SARSA": rl.sarsa,
    "expected SARSA": rl.expected_sarsa,
    "Q-learning": rl.q_learning,
}


def returns(name, step_size, episodes, runs):
    """The sum of the rewards of each episode of each run."""
    env, options = environments.cliff(), {"step_size": step_size, "epsilon": EPSILON}
    return np.array([
        LEARNERS[name](env, episodes=episodes, rng=np.random.default_rng(run), **options).returns
        for run in range(runs)
    ])  # fmt: skip


def main():
    """Run everything, and write the results."""
    curves, last, first = {}, {}, {}
    for name in LEARNERS:
        found = returns(name, STEP_SIZE, EPISODES, RUNS)
        curves[name] = found.mean(axis=0).round(2).tolist()
        last[name] = found[:, -100:].mean(axis=1).round(2).tolist()
        first[name] = [
            round(returns(name, step_size, 100, RUNS).mean(), 2) for step_size in STEP_SIZES
        ]
        print(name, np.mean(last[name]), first[name], flush=True)
    settings = {"runs": RUNS, "episodes": EPISODES, "epsilon": EPSILON, "step_size": STEP_SIZE}
    results = {
        "returns": curves,
        "last 100 episodes": last,
        "step_sizes": list(STEP_SIZES),
        "first 100 episodes": first,
    }
    record("cliff", ("numpy",), settings=settings, results=results)


if __name__ == "__main__":
    main()
