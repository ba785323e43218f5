"""Planning: what bad input is told."""

import numpy as np
import pytest

from nnlib import rl

P2, R2 = np.array([[0, 1], [1, 1]]), np.array([[0.0, 0.0], [1.0, 0.0]])
DENSE = np.eye(2)[P2]
BAD = {
    "P must have the shape .A, S, S. or .A, S., got .2,.$": (np.zeros(2), R2),
    "P must have the shape .* got .2, 2, 3.$": (np.zeros((2, 2, 3)), R2),
    "P must be an array, got rows of different lengths": ([[0, 1], [1]], R2),
    "P must sum to 1 .* got the sum 0.9 for action 1 and state 0$": (
        np.array([[[1, 0], [0, 1]], [[0.4, 0.5], [0, 1]]]),
        R2,
    ),
    "P must be probabilities, 0 or more, got -0.5": (DENSE + [[-0.5, 0.5], [0, 0]], R2),
    "P must not hold NaN": (DENSE * np.nan, R2),
    "P must hold numbers of states, from 0 to 1, got 2$": (P2 + 1, R2),
    "P must hold numbers of states, from 0 to 1, got -1$": (P2 - 1, R2),
    "P must be two arrays of one shape, got .1, 2, 1. and .1, 2, 2.": (
        (np.zeros((1, 2, 1), int), np.full((1, 2, 2), 0.5)),
        0,
    ),
    "P.1. must sum to 1 .* sum 0.8 for action 0 and state 0": (
        (np.zeros((1, 2, 2), int), np.full((1, 2, 2), 0.4)),
        0,
    ),
    "P.0. must hold numbers of states, from 0 to 1, got 2": (
        (np.full((1, 2, 2), 2), np.full((1, 2, 2), 0.5)),
        0,
    ),
    "R must be a number or have P's shape .A, S., .2, 2., got .1, 2.$": (P2, R2[:1]),
    "R must be a number or have P's shape .A, S., .4, 6., got .6, 4.$": (
        rl.Moves((2, 3)),
        np.zeros((6, 4)),
    ),
    "R must not hold NaN": (P2, R2 * np.nan),
    "R must be finite, or -inf .* got inf": (P2, R2 + np.inf),
    "R must be finite for some action of each state, got -inf for all of state 1$": (
        P2,
        np.array([[0, -np.inf], [0, -np.inf]]),
    ),
}


@pytest.mark.parametrize("message", BAD)
def test_dynamics_and_rewards_that_do_not_fit_are_errors(message):
    for f in (rl.value_iteration, rl.policy_iteration):
        with pytest.raises(ValueError, match=message):
            f(*BAD[message], discount=0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((P2.astype(float), R2), "P of the shape .A, S. must hold integers, .* got float64"),
        ((P2 > 0, R2), "P must hold real numbers, got the dtype bool"),
        ((P2, R2 + 1j), "R must hold real numbers, got the dtype complex128"),
        ((P2, None), "R must hold real numbers, got the dtype object"),
    ],
)
def test_other_types_are_errors(arguments, message):
    with pytest.raises(TypeError, match=message):
        rl.value_iteration(*arguments, discount=0.5)


@pytest.mark.parametrize("discount", [-0.1, 1.0001, np.nan, np.inf])
def test_discount_outside_0_to_1_is_an_error(discount):
    policy, values = np.array([0, 0]), np.zeros(2)
    for call in (
        lambda: rl.value_iteration(P2, R2, discount=discount),
        lambda: rl.policy_iteration(P2, R2, discount=discount),
        lambda: rl.policy_evaluation(P2, R2, policy, discount=discount),
        lambda: rl.evaluate_exactly(P2, R2, policy, discount=discount),
        lambda: rl.q_values(P2, R2, values, discount=discount),
    ):
        with pytest.raises(ValueError, match="discount must be .* got"):
            call()


@pytest.mark.parametrize(
    ("policy", "error", "message"),
    [
        (np.array([0, 2]), ValueError, "policy must hold numbers of actions, from 0 to 1, got 2"),
        (np.array([0.0, 1.0]), TypeError, "policy of the shape .S,. must hold integers"),
        (np.zeros(3, int), ValueError, "policy must have the shape .S, A. or .S,., .* got .3,."),
        (np.full((2, 2), 0.4), ValueError, "policy must sum to 1 .* sum 0.8 for state 0"),
        (np.array([[1.5, -0.5], [1, 0]]), ValueError, "policy must be probabilities, 0 or more"),
        (np.array([0, 1]), ValueError, "got action 1 in state 1, where R is -inf"),
        (np.full((2, 2), 0.5), ValueError, "got action 1 in state 1, where R is -inf"),
    ],
)
def test_policies_that_do_not_fit_are_errors(policy, error, message):
    R = np.array([[0, 0], [1, -np.inf]])
    for f in (rl.policy_evaluation, rl.evaluate_exactly):
        with pytest.raises(error, match=message):
            f(P2, R, policy, discount=0.5)
    with pytest.raises(error, match=message):
        rl.policy_iteration(P2, R, discount=0.5, policy=policy)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rl.q_values(P2, R2, np.zeros(3), discount=1), ValueError, "values must have the"),
        (lambda: rl.q_values(P2, R2, [0, np.inf], discount=1), ValueError, "values must be finite"),
        (lambda: rl.value_iteration(P2, R2, discount=0.5, tolerance=-1), ValueError, "tolerance"),
        (lambda: rl.value_iteration(P2, R2, discount=0.5, max_sweeps=0), ValueError, "max_sweeps"),
        (lambda: rl.value_iteration(P2, R2, discount=0.5, max_sweeps=1.5), TypeError, "max_sweeps"),
        (lambda: rl.value_iteration(P2, R2, discount="1"), TypeError, "discount must be a real"),
        (lambda: rl.greedy_policy([1.0, 2.0]), ValueError, "q must have the shape .S, A."),
        (lambda: rl.greedy_policy([[1.0, np.nan]]), ValueError, "q must not hold NaN"),
        (lambda: rl.greedy_policy([[1.0, np.inf]]), ValueError, "q must be finite, or -inf"),
        (lambda: rl.greedy_policy([[-np.inf] * 2]), ValueError, "got -inf for all of state 0"),
        (lambda: rl.best_actions([[1.0]], tolerance=-1), ValueError, "tolerance must be 0 or more"),
        (lambda: rl.Moves((2,)), ValueError, "shape must be two integers"),
        (lambda: rl.Moves((2, 0)), ValueError, r"shape\[1\] must be 1 or more, got 0"),
        (lambda: rl.Moves((2, 2.0)), TypeError, r"shape\[1\] must be an integer"),
        (lambda: rl.Moves((2, 2), ()), TypeError, "steps must be a sequence of pairs"),
        (lambda: rl.Moves((2, 2), [(1,)]), ValueError, r"steps\[0\] must be two integers"),
        (
            lambda: rl.Moves((2, 2), terminal=[[0, 1]] * 2),
            TypeError,
            "terminal must have the dtype",
        ),
        (lambda: rl.Moves((2, 2), terminal=[True]), ValueError, "terminal must have the shape"),
    ],
)
def test_other_bad_arguments_are_errors(call, error, message):
    with pytest.raises(error, match=message):
        call()
