"""Maximisation bias: how often Q-learning, with one table and with two, takes the wrong way.

    make experiments

The results hold the share of the runs that go left, in each of 300 episodes.
"""

import numpy as np

from experiments.record import record
from nnlib import environments, rl

RUNS, EPISODES, STEP_SIZE, EPSILON = 10_000, 300, 0.1, 0.1
LEARNERS = {"Q-learning": rl.q_learning, "double Q-learning": rl.double_q_learning}


def left(name, runs):
    """The share of the runs that go left in each episode: those of two steps, not one."""
    env = environments.maximisation_bias()
    options = {"episodes": EPISODES, "step_size": STEP_SIZE, "epsilon": EPSILON}
    total = np.zeros(EPISODES)
    for run in range(runs):
        total += LEARNERS[name](env, rng=np.random.default_rng(run), **options).lengths == 2
    return total / runs


def main():
    """Run everything, and write the results."""
    results = {name: left(name, RUNS).round(4).tolist() for name in LEARNERS}
    settings = {"runs": RUNS, "episodes": EPISODES, "step_size": STEP_SIZE, "epsilon": EPSILON}
    record("maximisation_bias", ("numpy",), settings=settings, results=results)
    for name, shares in results.items():
        print(name, max(shares), np.mean(shares[-50:]))


if __name__ == "__main__":
    main()
