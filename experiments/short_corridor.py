"""The short corridor of Sutton and Barto's book: REINFORCE without and with a baseline.

    make experiments

Example 13.1 and figures 13.1 and 13.2: a softmax policy with one preference an action, started at
a probability of 0.05 for right; the mean of the returns of 100 runs, episode by episode.

A step too large can make the policy all but certain to go left for ever. Hence episodes are cut off
after 1,000 steps; and once 20 in a row were, the run is stuck, and stops. The means are of the runs
that were not stuck, of which the results say how many there were.
"""

import numpy as np
from gymnasium.wrappers import TimeLimit

from experiments.record import record
from nnlib import environments, rl

EPISODES, BLOCK, LIMIT = 1000, 20, 1000
LEFT = 1.47  # the preference for left, and minus that for right: π(right) = 0.05

AGENTS = {
    "alpha_2_12": {"runs": 40, "exponent": -12},
    "alpha_2_13": {"runs": 100, "exponent": -13},
    "alpha_2_14": {"runs": 40, "exponent": -14},
    "baseline": {"runs": 100, "exponent": -9, "value_exponent": -6},
}


def start_policy():
    """The parameters at the start. A preference is the sum of a weight and a bias, half of each."""
    half = np.array([LEFT, -LEFT]) / 2
    return {"W1": half[None], "b1": half}


def train(seed, *, exponent, value_exponent=None):
    """One run, with α = 2^exponent: half for the weight and half for the bias, which add up."""
    options = {"rng": np.random.default_rng(seed), "episodes": BLOCK, "discount": 1.0, "steps": 1}
    options["learning_rate"] = 2.0**exponent / 2
    if value_exponent is not None:
        options["baseline"] = {"W1": np.zeros((1, 1)), "b1": np.zeros(1)}
        options["value_learning_rate"] = 2.0**value_exponent / 2
    env, run = TimeLimit(environments.short_corridor(), LIMIT), None
    for _ in range(EPISODES // BLOCK):
        run = rl.reinforce(env, start_policy(), start=run, **options)
        if is_stuck(run):
            break
    return run


def is_stuck(run):
    """Whether the last twenty episodes were all cut off."""
    return bool((run.lengths[-BLOCK:] == LIMIT).all())


def right(params):
    """The probability of right."""
    left, right = params["W1"][0] + params["b1"]
    return 1 / (1 + np.exp(left - right))


def main():
    """Run everything, and write the results."""
    settings = {
        "episodes": EPISODES,
        "steps of an episode at most": LIMIT,
        "episodes a point of the curve": BLOCK,
        "discount": 1,
        "right at the start": round(float(right(start_policy())), 4),
        "last_hundred": "mean of the runs not stuck, and its standard error",
        "stuck": "runs of which 20 episodes in a row were cut off",
        "right": "probability of right at the end: mean and standard deviation of all runs",
        "agents": AGENTS,
    }
    results = {}
    for name, options in AGENTS.items():
        steps = {key: value for key, value in options.items() if key != "runs"}
        runs = [train(seed, **steps) for seed in range(options["runs"])]
        returns = np.array([run.returns for run in runs if not is_stuck(run)])
        rights = [right(run.params) for run in runs]
        results[name] = {
            "curve": returns.mean(axis=0).reshape(-1, BLOCK).mean(axis=1).round(2).tolist(),
            "last_hundred": mean_and_error(returns[:, -100:].mean(axis=1)),
            "runs": len(runs),
            "stuck": len(runs) - len(returns),
            "right": [round(float(x), 4) for x in (np.mean(rights), np.std(rights, ddof=1))],
        }
        print(name, {key: results[name][key] for key in list(results[name])[1:]}, flush=True)
        record("short_corridor", ("numpy",), settings=settings, results=results)


def mean_and_error(numbers):
    """The mean, and its standard error."""
    error = numbers.std(ddof=1) / np.sqrt(len(numbers))
    return [round(float(x), 3) for x in (numbers.mean(), error)]


if __name__ == "__main__":
    main()
