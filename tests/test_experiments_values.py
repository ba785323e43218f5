"""The committed results on learning values: what they say, and that they are of this code."""

import json

import numpy as np
import pytest

from experiments import cliff, maximisation_bias, random_walk
from experiments.record import RESULTS
from nnlib import rl


def read(name):
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


# Mean sum of rewards in the last 100 of 500 episodes and its standard error, over 100 runs of an
# independent program.
@pytest.mark.parametrize(
    ("learner", "mean", "se"), [("SARSA", -27.0, 0.6), ("Q-learning", -50.5, 0.7)]
)
def test_on_the_cliff_sarsa_and_q_learning_get_what_is_known(learner, mean, se):
    found = np.array(read("cliff")["results"]["last 100 episodes"][learner])
    assert len(found) == cliff.RUNS == 100
    own = found.std(ddof=1) / 10
    assert own < 1.5 * se
    assert found.mean() == pytest.approx(mean, abs=3 * np.hypot(se, own))


def test_results_on_the_cliff_are_of_the_script_as_it_is():
    recorded = read("cliff")
    settings = recorded["settings"]
    assert (settings["episodes"], settings["step_size"], settings["epsilon"]) == (
        (cliff.EPISODES, cliff.STEP_SIZE, cliff.EPSILON)
    ) == (500, 0.5, 0.1)  # fmt: skip
    results = recorded["results"]
    assert results["step_sizes"] == list(cliff.STEP_SIZES)
    for learner in cliff.LEARNERS:
        found = cliff.returns(learner, cliff.STEP_SIZE, cliff.EPISODES, 2)[:, -100:].mean(axis=1)
        assert found == pytest.approx(results["last 100 episodes"][learner][:2], abs=0.005)


def test_q_learning_is_drawn_to_the_left_and_double_q_learning_is_not():
    results = read("maximisation_bias")["results"]
    single, double = (np.array(results[name]) for name in maximisation_bias.LEARNERS)
    assert single.shape == double.shape == (maximisation_bias.EPISODES,) == (300,)
    # Nobody goes left less often than exploration does, and both begin with a toss.
    assert min(single.min(), double.min()) > 0.05 - 3 * np.sqrt(0.05 * 0.95 / 10_000)
    assert single[0] == pytest.approx(0.5, abs=0.015)
    assert double[0] == pytest.approx(0.5, abs=0.015)
    assert single.max() > 0.75 > 0.55 > double.max()
    assert (single[10:] > double[10:]).all()


@pytest.mark.parametrize("learner", maximisation_bias.LEARNERS)
def test_results_on_the_bias_are_of_the_script_as_it_is(learner):
    recorded = read("maximisation_bias")
    assert recorded["settings"] == {
        "runs": maximisation_bias.RUNS,
        "episodes": maximisation_bias.EPISODES,
        "step_size": maximisation_bias.STEP_SIZE,
        "epsilon": maximisation_bias.EPSILON,
    }
    found = maximisation_bias.left(learner, 200)
    p = np.array(recorded["results"][learner])
    assert np.abs(found - p).mean() < np.sqrt(p * (1 - p) / 200).mean()  # 0.8 of it is expected


def test_neither_one_step_nor_whole_episodes_are_best_on_the_long_walk():
    results = read("random_walk")["results"]
    best = {
        kind: {float(key): min(x for x in curve if x is not None) for key, curve in found.items()}
        for kind, found in results.items()
        if kind != "step_sizes"
    }
    steps, traces = best["n-step"], best["lambda"]
    assert min(steps, key=steps.get) == 4
    assert min(traces, key=traces.get) == 0.8
    assert steps[1] == traces[0]  # the same method
    assert steps[512] > steps[1] > steps[4]
    # With every α near to 0 the values stay 0, and the error is that of the truth itself.
    first = [curve[0] for curve in results["n-step"].values()]
    assert max(first) < np.sqrt(np.mean(random_walk.TRUTH**2))


def test_results_on_the_long_walk_are_of_the_script_as_it_is():
    recorded = read("random_walk")
    assert recorded["settings"] == {"runs": random_walk.RUNS, "episodes": random_walk.EPISODES}
    results, sizes = recorded["results"], list(random_walk.STEP_SIZES)
    assert results["step_sizes"] == sizes
    at = sizes.index(0.4)
    assert random_walk.error(rl.td_n, 0.4, n=4) == pytest.approx(
        results["n-step"]["4"][at], abs=2e-4
    )
    found = random_walk.error(rl.td_lambda, 0.4, trace=0.8)
    assert found == pytest.approx(results["lambda"]["0.8"][at], abs=2e-4)
