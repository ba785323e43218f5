"""Planning, in every form of the dynamics: against plain loops, and at its edges."""

import numpy as np
import pytest
from planning_examples import (
    EVEN,
    FOUR,
    SMALL,
    SMALL_LIMIT,
    jumping_grid,
    random_mdp,
    random_policy,
)
from scipy.optimize import linprog

from nnlib import rl
from nnlib.rl import _sweeps

# ---------------------------------------------------------------------------------------------
# All forms, against plain loops and a linear program


def loops(P, R, policy, discount, sweeps):
    """Value iteration, or policy evaluation if there is a policy, by loops over dense P."""
    A, S = R.shape
    values = [0.0] * S
    for _ in range(sweeps):
        new = []
        for s in range(S):
            q = [
                R[a, s] + discount * sum(P[a, s, t] * values[t] for t in range(S)) for a in range(A)
            ]
            weighted = [
                policy[s, a] * q[a] for a in range(A) if policy is not None and policy[s, a]
            ]
            new.append(max(q) if policy is None else sum(weighted))
        values = new
    return values


def test_sweeps_do_what_plain_loops_do(rng):
    P, R = random_mdp(rng)
    policy = random_policy(rng, R)
    solution = rl.value_iteration(P, R, discount=0.8, tolerance=None, max_sweeps=7)
    np.testing.assert_allclose(solution.values, loops(P, R, None, 0.8, 7), rtol=1e-13)
    result = rl.policy_evaluation(P, R, policy, discount=0.8, tolerance=None, max_sweeps=7)
    np.testing.assert_allclose(result.values, loops(P, R, policy, 0.8, 7), rtol=1e-13)


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_optimal_values_solve_the_linear_program(rng, solve):
    P, R = random_mdp(rng, A=4, S=8)
    there = np.isfinite(R)
    bounds = linprog(
        np.ones(8), A_ub=(0.9 * P - np.eye(8))[there], b_ub=-R[there], bounds=(None, None)
    )
    solution = solve(P, R, discount=0.9)
    np.testing.assert_allclose(solution.values, bounds.x, atol=1e-8)
    assert np.array_equal(solution.policy, solution.q.argmax(axis=1))
    np.testing.assert_allclose(solution.q.max(axis=1), solution.values, atol=1e-8)
    assert np.array_equal(np.isneginf(solution.q.T), ~there)
    exact = rl.evaluate_exactly(P, R, solution.policy, discount=0.9)
    np.testing.assert_allclose(exact, solution.values, atol=1e-8)


GRIDS = {
    "four": ((7, 5), FOUR),
    "king, with jumps": ((6, 8), ((-9, 0), (2, -9), (0, 0), (-1, 1), (1, 1))),
    "row": ((1, 9), ((0, 1), (0, -2), (3, 3))),
    "column": ((9, 1), ((1, 0), (-2, 1))),
}


@pytest.mark.parametrize("block", [4, 16, 1000])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize("grid", GRIDS)
def test_all_forms_have_the_same_values(rng, monkeypatch, grid, ends, shared, block):
    monkeypatch.setattr(_sweeps, "BLOCK", block)
    shape, steps = GRIDS[grid]
    S, A = shape[0] * shape[1], len(steps)
    terminal = rng.random(shape) < 0.2 if ends else np.zeros(shape, bool)
    moves = rl.Moves(shape, steps, terminal)
    R = np.broadcast_to(rng.normal(size=S), (A, S)) if shared else rng.normal(size=(A, S))
    P = np.zeros((A, S), int)
    for s in range(S):
        for a, (down, right) in enumerate(steps):
            row = min(max(s // shape[1] + down, 0), shape[0] - 1)
            column = min(max(s % shape[1] + right, 0), shape[1] - 1)
            P[a, s] = s if terminal.flat[s] else row * shape[1] + column
    assert np.array_equal(moves.successors(), P)
    kept = np.where(terminal.ravel(), 0, R)
    options = {"discount": 0.9, "history": True}
    shifted = rl.value_iteration(moves, R, **options)
    gathered = rl.value_iteration(P, kept, **options)
    dense = rl.value_iteration(np.eye(S)[P], kept, **options)
    assert np.array_equal(shifted.history, gathered.history)
    np.testing.assert_allclose(dense.history, gathered.history, rtol=1e-13, atol=1e-13)
    assert list(shifted.policy) == list(gathered.policy) == list(dense.policy)
    assert shifted.sweeps == len(shifted.history) - 1
    np.testing.assert_allclose(
        loops(np.eye(S)[P], kept, None, 0.9, 3), shifted.history[3], rtol=1e-12, atol=1e-14
    )
    # All states moved in the last but one sweep; none, by more than the tolerance, in the last.
    change = abs(np.diff(shifted.history, axis=0)).max(axis=1)
    assert change[-1] <= 1e-10 < change[-2]


def few_next_states(rng, A=2, S=40, K=3):
    """A table of next states and their probabilities, which has some states twice; and dense."""
    after, probs = rng.integers(0, S, size=(A, S, K)), rng.dirichlet(np.ones(K), size=(A, S))
    after[:, :, 2] = np.where(rng.random((A, S)) < 0.3, after[:, :, 1], after[:, :, 2])
    P = np.zeros((A, S, S))
    for a, s, k in np.ndindex(A, S, K):
        P[a, s, after[a, s, k]] += probs[a, s, k]
    return (after, probs), P, rng.normal(size=(A, S))


@pytest.mark.parametrize("block", [2, 1000])
def test_few_next_states_are_gathered_with_their_probabilities(rng, monkeypatch, block):
    monkeypatch.setattr(_sweeps, "BLOCK", block)
    table, P, R = few_next_states(rng)
    expected = loops(P, R, None, 0.9, 4)
    for each in (table, P):
        solution = rl.value_iteration(each, R, discount=0.9, tolerance=None, max_sweeps=4)
        np.testing.assert_allclose(solution.values, expected, rtol=1e-12)


def test_table_of_next_states_and_probabilities_is_as_good_as_all_probabilities(rng):
    table, P, R = few_next_states(rng)
    table[1][:, 0], table[0][0, 0], R[:, 0] = [1, 0, 0], [0, 3, 3], [0, -np.inf]
    P[:, 0] = np.eye(40)[0]
    policy = random_policy(rng, R)
    one, other = ((each, R) for each in (table, P))
    for f in (rl.policy_iteration, rl.value_iteration):
        solution, dense = f(*one, discount=0.9), f(*other, discount=0.9)
        np.testing.assert_allclose(solution.values, dense.values, atol=1e-9)
        assert np.array_equal(solution.policy, dense.policy)
    for f in (rl.evaluate_exactly, lambda *a, **k: rl.policy_evaluation(*a, **k).values):
        np.testing.assert_allclose(
            f(*one, policy, discount=0.9), f(*other, policy, discount=0.9), atol=1e-9
        )
    # State 0 is terminal, though a next state of probability 0 is named.
    start = np.full(40, 9.0)
    options = {"discount": 0.9, "values": start, "max_sweeps": 1, "tolerance": None}
    assert rl.value_iteration(*one, **options).values[0] == 0
    in_turn = rl.value_iteration(*one, discount=0.9, in_place=True)
    np.testing.assert_allclose(in_turn.values, solution.values, atol=1e-8)


@pytest.mark.parametrize("form", ["dense", "next states"])
@pytest.mark.parametrize("kind", ["numbers", "probabilities"])
def test_policies_are_evaluated_in_every_form(rng, form, kind):
    successors, R = rng.integers(0, 7, size=(3, 7)), rng.normal(size=(3, 7))
    P = np.eye(7)[successors] if form == "dense" else successors
    policy = rng.integers(0, 3, size=7)
    probs = np.eye(3)[policy] if kind == "numbers" else rng.dirichlet([1, 1, 1], size=7)
    expected = np.zeros(7)
    for _ in range(400):
        expected = np.array(
            [sum(probs[s] * (R[:, s] + 0.9 * expected[successors[:, s]])) for s in range(7)]
        )
    given = policy if kind == "numbers" else probs
    np.testing.assert_allclose(rl.evaluate_exactly(P, R, given, discount=0.9), expected, rtol=1e-12)
    for in_place in (False, True):
        swept = rl.policy_evaluation(P, R, given, discount=0.9, in_place=in_place)
        np.testing.assert_allclose(swept.values, expected, atol=1e-8)
    optimal = rl.policy_iteration(P, R, discount=0.9, policy=given)
    in_turn = rl.value_iteration(P, R, discount=0.9, in_place=True)
    np.testing.assert_allclose(in_turn.values, optimal.values, atol=1e-8)


def test_q_values_of_a_policy_are_consistent_with_its_values(rng):
    P, R = random_mdp(rng)
    policy = random_policy(rng, R)
    values = rl.evaluate_exactly(P, R, policy, discount=0.7)
    q = rl.q_values(P, R, values, discount=0.7)
    assert q.shape == (6, 3)
    assert q[4, 2] == pytest.approx(R[2, 4] + 0.7 * P[2, 4] @ values)
    np.testing.assert_allclose(np.sum(policy * np.where(policy > 0, q, 0), axis=1), values)


# ---------------------------------------------------------------------------------------------
# Sweeps: where they start, when they end


def test_sweeps_bring_any_values_closer_by_the_discount(rng):
    P, R = random_mdp(rng)
    one = {"discount": 0.6, "tolerance": None, "max_sweeps": 1}
    a, b = rng.normal(size=(2, 6))
    apart = abs(a - b).max()
    for sweep in (
        lambda v: rl.value_iteration(P, R, values=v, **one).values,
        lambda v: rl.policy_evaluation(P, R, random_policy(rng, R), values=v, **one).values,
    ):
        assert abs(sweep(a) - sweep(b)).max() <= 0.6 * apart


def test_sweeps_go_on_from_values():
    P, R = jumping_grid()
    options = {"discount": 0.9, "tolerance": None}
    whole = rl.value_iteration(P, R, max_sweeps=20, **options)
    part = rl.value_iteration(P, R, max_sweeps=8, **options)
    rest = rl.value_iteration(P, R, max_sweeps=12, values=part.values, **options)
    assert np.array_equal(whole.values, rest.values)
    assert rl.value_iteration(P, R, max_sweeps=0, **options).values.tolist() == [0] * 25


def test_values_to_start_from_are_0_where_episodes_end():
    start = np.full(16, 100.0)
    result = rl.policy_evaluation(SMALL, -1, EVEN, discount=1, values=start)
    np.testing.assert_allclose(result.values, SMALL_LIMIT, rtol=1e-9)
    dense = np.eye(16)[SMALL.successors()]
    rewards = np.where(SMALL.terminal.ravel(), 0, -np.ones((4, 1)))
    solution = rl.value_iteration(dense, rewards, discount=1, values=start)
    assert solution.values.min() == -3
    assert start.min() == 100


def test_sweeps_in_place_are_fewer():
    swept = rl.policy_evaluation(SMALL, -1, EVEN, discount=1)
    in_place = rl.policy_evaluation(SMALL, -1, EVEN, discount=1, in_place=True)
    np.testing.assert_allclose(in_place.values, SMALL_LIMIT, rtol=1e-9)
    assert in_place.sweeps < 0.7 * swept.sweeps


def test_discount_0_counts_the_next_reward_alone(rng):
    P, R = random_mdp(rng)
    solution = rl.value_iteration(P, R, discount=0)
    assert np.array_equal(solution.values, R.max(axis=0))
    assert np.array_equal(solution.policy, R.argmax(axis=0))


def test_arguments_stay_as_they_were(rng):
    P, R = random_mdp(rng)
    policy, values = random_policy(rng, R), rng.normal(size=6)
    before = [each.copy() for each in (P, R, policy, values)]
    rl.value_iteration(P, R, discount=0.9, values=values)
    rl.policy_evaluation(P, R, policy, discount=0.9, values=values)
    rl.policy_iteration(P, R, discount=0.9, policy=policy)
    assert all(map(np.array_equal, before, (P, R, policy, values)))


def test_numbers_may_be_integers_or_lists():
    expected = rl.value_iteration(*jumping_grid(), discount=0.9).values
    P, R = jumping_grid()
    for each in (
        P.astype("uint8"),
        P.tolist(),
        np.eye(25, dtype=int)[P],
        np.eye(25, dtype="f4")[P],
    ):
        solution = rl.value_iteration(each, R.astype(int), discount=np.float32(0.9))
        np.testing.assert_allclose(solution.values, expected, atol=1e-5)


# ---------------------------------------------------------------------------------------------
# Discount 1


def test_values_without_a_discount_are_0_where_nothing_more_is_earned():
    # From state 0 to a pair of states that go round for ever, for nothing.
    P, R = np.array([[1, 2, 1]]), np.array([[3.0, 0.0, 0.0]])
    assert list(rl.evaluate_exactly(P, R, np.array([0, 0, 0]), discount=1)) == [3, 0, 0]
    assert list(rl.value_iteration(P, R, discount=1).values) == [3, 0, 0]


@pytest.mark.parametrize("R", [[[1.0, 1.0, 0.0]], [[1.0, -1.0, 0.0]]])
def test_policy_that_never_ends_has_no_values_without_a_discount(R):
    P, R = np.array([[1, 0, 2]]), np.array(R)  # states 0 and 1 in turn
    policy = np.array([0, 0, 0])
    with pytest.raises(ValueError, match="discount must be less than 1 .* got 1: from state 0"):
        rl.evaluate_exactly(P, R, policy, discount=1)
    with pytest.raises(ValueError, match="discount must be less than 1"):
        rl.policy_iteration(P, R, discount=1)
    message = "max_sweeps must be enough .* got 50.* moved by 1, .*at discount 1, values are finite"
    with pytest.raises(ValueError, match=message):
        rl.policy_evaluation(P, R, policy, discount=1, max_sweeps=50)
    with pytest.raises(ValueError, match=message):
        rl.value_iteration(P, R, discount=1, max_sweeps=50)


def test_values_are_as_near_as_the_last_move_says():
    P, R = jumping_grid()
    exact = rl.policy_iteration(P, R, discount=0.9).values
    rough = rl.value_iteration(P, R, discount=0.9, tolerance=0.1)
    assert 0.1 < abs(rough.values - exact).max() <= 0.1 * 0.9 / (1 - 0.9)


def test_too_few_sweeps_are_an_error():
    message = "got 3, after which one still moved by 0.81, more than tolerance, 1e-10$"
    with pytest.raises(ValueError, match=message):
        rl.value_iteration(np.array([[0]]), 1, discount=0.9, max_sweeps=3)


# ---------------------------------------------------------------------------------------------
# Ties


def test_greedy_policy_takes_the_first_of_the_best():
    q = np.array([[1, 2, 2], [0, 0, 0], [-3, -2, -1]])
    assert list(rl.greedy_policy(q)) == [1, 0, 2]
    assert rl.best_actions(q).tolist() == [[False, True, True], [True] * 3, [False, False, True]]


def test_rounding_does_not_hide_a_tie():
    q = np.array([[0.3, 0.1 + 0.2], [0.6, 0.1 + 0.2 + 0.3], [1.0, 1 + 1e-6], [0.0, 1e-300]])
    assert list(rl.greedy_policy(q)) == [0, 0, 1, 1]
    assert list(rl.greedy_policy(q, tolerance=0)) == [1, 1, 1, 1]
    assert list(rl.greedy_policy(q, tolerance=1e-3)) == [0, 0, 0, 1]
    # What is small is small beside the largest, though the best is 0 and another is not there.
    assert list(rl.greedy_policy([[-np.inf, -1e-12, 0.0, -5.0]])) == [1]
