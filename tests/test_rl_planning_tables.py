"""Planning: the tables and figures of textbooks, number by number."""

from math import exp, factorial

import gymnasium
import numpy as np
import pytest
from planning_examples import EVEN, FOUR, SMALL, SMALL_LIMIT, jumping_grid

from nnlib import rl


def table(text):
    """The numbers of a table."""
    return [float(number) for number in text.split()]


# ---------------------------------------------------------------------------------------------
# Examples 3.5 and 3.8: a grid of 25 states, two of which are left by a jump


JUMPING_RANDOM = """
    3.3  8.8  4.4  5.3  1.5
    1.5  3.0  2.3  1.9  0.5
    0.1  0.7  0.7  0.4 -0.4
   -1.0 -0.4 -0.4 -0.6 -1.2
   -1.9 -1.3 -1.2 -1.4 -2.0"""
JUMPING_OPTIMAL = """
    22.0 24.4 22.0 19.4 17.5
    19.8 22.0 19.8 17.8 16.0
    17.8 19.8 17.8 16.0 14.4
    16.0 17.8 16.0 14.4 13.0
    14.4 16.0 14.4 13.0 11.7"""
# The arrows of figure 3.5: u, r, d, l.
JUMPING_ARROWS = """
    r   urdl l   urdl l
    ur  u    ul  l    l
    ur  u    ul  ul   ul
    ur  u    ul  ul   ul
    ur  u    ul  ul   ul"""


def test_random_policy_has_the_values_of_figure_3_2():
    P, R = jumping_grid()
    even = np.full((25, 4), 0.25)
    exact = rl.evaluate_exactly(P, R, even, discount=0.9)
    swept = rl.policy_evaluation(P, R, even, discount=0.9).values
    assert list(exact.round(1)) == table(JUMPING_RANDOM)
    np.testing.assert_allclose(swept, exact, atol=1e-9)


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_optimal_values_and_actions_are_those_of_figure_3_5(solve):
    solution = solve(*jumping_grid(), discount=0.9)
    assert list(solution.values.round(1)) == table(JUMPING_OPTIMAL)
    # Example 3.8: from A and back in five steps, for a reward of 10.
    assert solution.values[1] == pytest.approx(10 / (1 - 0.9**5))
    arrows = ["".join(np.array(list("urdl"))[each]) for each in rl.best_actions(solution.q)]
    assert arrows == JUMPING_ARROWS.split()
    assert ["urdl".index(each[0]) for each in arrows] == list(solution.policy)


# ---------------------------------------------------------------------------------------------
# Example 4.1: 16 states, the ends in two corners, -1 for each step

# Figure 4.1. The book cuts -1.75 to -1.7.
SMALL_SWEEPS = {
    0: "0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0  0.0",
    1: "0.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0 -1.0  0.0",
    2: "0.0 -1.7 -2.0 -2.0 -1.7 -2.0 -2.0 -2.0 -2.0 -2.0 -2.0 -1.7 -2.0 -2.0 -1.7  0.0",
    3: "0.0 -2.4 -2.9 -3.0 -2.4 -2.9 -3.0 -2.9 -2.9 -3.0 -2.9 -2.4 -3.0 -2.9 -2.4  0.0",
    10: "0.0 -6.1 -8.4 -9.0 -6.1 -7.7 -8.4 -8.4 -8.4 -8.4 -7.7 -6.1 -9.0 -8.4 -6.1  0.0",
}


@pytest.mark.parametrize("k", SMALL_SWEEPS)
def test_sweeps_have_the_values_of_figure_4_1(k):
    result = rl.policy_evaluation(SMALL, -1, EVEN, discount=1, max_sweeps=k, tolerance=None)
    assert result.sweeps == k
    np.testing.assert_allclose(result.values, table(SMALL_SWEEPS[k]), atol=0.0501, rtol=0)


def test_values_of_figure_4_1_in_the_limit():
    exact = rl.evaluate_exactly(SMALL, -1, EVEN, discount=1)
    np.testing.assert_allclose(exact, SMALL_LIMIT, rtol=1e-12)
    swept = rl.policy_evaluation(SMALL, -1, EVEN, discount=1).values
    np.testing.assert_allclose(swept, SMALL_LIMIT, rtol=1e-9)


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_best_policy_of_the_small_grid_goes_the_shortest_way(solve):
    solution = solve(SMALL, -1, discount=1)
    steps = [min(r + c, 6 - r - c) for r in range(4) for c in range(4)]
    assert list(-solution.values) == steps
    # Figure 4.1 at k = 3 has the arrows of an optimal policy; the first: up, right, down, left.
    assert list(solution.policy) == [0, 3, 3, 2, 0, 0, 0, 2, 0, 0, 1, 2, 0, 1, 1, 0]


# ---------------------------------------------------------------------------------------------
# Example 4.2: Jack's car rental


def car_rental():
    """Two places, 20 cars at most, up to 5 moved at night at $2 each; $10 for a car rented."""

    def poisson(mean, most):
        return [exp(-mean) * mean**n / factorial(n) for n in range(most)]

    def day(requests, returns):
        """For each number of cars in the morning, that in the evening, and what was earned."""
        P, earned = np.zeros((21, 21)), np.zeros(21)
        back = poisson(returns, 60)
        for cars in range(21):
            asked = poisson(requests, cars)
            for rented, p in enumerate([*asked, 1 - sum(asked)]):
                earned[cars] += 10 * p * rented
                for returned, q in enumerate(back):
                    P[cars, min(cars - rented + returned, 20)] += p * q
        return P, earned

    (P1, earned1), (P2, earned2) = day(3, 3), day(4, 2)
    P, R = np.zeros((11, 441, 441)), np.full((11, 441), -np.inf)
    for first in range(21):
        for second in range(21):
            for a, moved in enumerate(range(-5, 6)):
                if -second <= moved <= first:
                    i, j = min(first - moved, 20), min(second + moved, 20)
                    P[a, 21 * first + second] = np.outer(P1[i], P2[j]).ravel()
                    R[a, 21 * first + second] = earned1[i] + earned2[j] - 2 * abs(moved)
    return P, R


def test_car_rental_takes_the_five_policies_of_figure_4_2():
    P, R = car_rental()
    nobody_moves = np.full(441, 5)
    solution = rl.policy_iteration(P, R, discount=0.9, policy=nobody_moves, history=True)
    policies = solution.history.reshape(-1, 21, 21) - 5
    assert solution.sweeps == len(policies) == 5
    assert not policies[0].any()
    assert len({policy.tobytes() for policy in policies}) == 5
    assert np.array_equal(policies[-1].ravel() + 5, solution.policy)
    # The last of them, along three edges of the figure: with 20, 10 and no cars at the first place.
    last = policies[-1]
    assert list(last[20]) == [5, 5, 5, 5, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0]
    assert list(last[10]) == [4, 4, 3, 3, 2, 1] + [0] * 15
    assert list(last[0]) == [0] * 8 + [-1, -1, -2, -2, -2, -3, -3, -3, -3, -3, -4, -4, -4]
    # Simulated 200,000 times: 421.40 ± 0.09 without cars, 636.99 ± 0.10 with all.
    assert solution.values[[0, -1]] == pytest.approx([421.40, 636.99], abs=0.25)
    swept = rl.value_iteration(P, R, discount=0.9)
    np.testing.assert_allclose(swept.values, solution.values, atol=1e-8)
    assert np.array_equal(swept.policy, solution.policy)


# ---------------------------------------------------------------------------------------------
# Example 4.3: the gambler, who wants 100 and may stake what he has


def gambler(heads):
    """Action a stakes a + 1; at most what is missing to 100. The goal is worth 1."""
    P, R = np.zeros((50, 101, 101)), np.full((50, 101), -np.inf)
    for s in range(1, 100):
        for stake in range(1, min(s, 100 - s) + 1):
            P[stake - 1, s, [s + stake, s - stake]] = heads, 1 - heads
            R[stake - 1, s] = heads * (s + stake == 100)
    P[0, 0, 0] = P[0, 100, 100] = 1
    R[0, [0, 100]] = 0
    return P, R


def bold_play(heads, digits=200):
    """Winning with the largest stakes: what remains of 100 doubles, or all is lost; exact."""
    values = [0.0] * 100 + [1.0]
    for _ in range(digits):
        half = [heads * values[2 * s] for s in range(50)]
        values = half + [heads + (1 - heads) * values[2 * s - 100] for s in range(50, 100)] + [1.0]
    return values


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
@pytest.mark.parametrize("heads", [0.25, 0.4])
def test_gambler_with_a_bad_coin_has_the_values_and_the_policy_of_figure_4_3(solve, heads):
    solution = solve(*gambler(heads), discount=1)
    np.testing.assert_allclose(solution.values[:100], bold_play(heads)[:100], atol=1e-9)
    # Of the many best stakes the first, so the smallest.
    stakes = [min(s % 25, 25 - s % 25) or {25: 25, 50: 50, 75: 25}[s] for s in range(1, 100)]
    assert list(solution.policy[1:100] + 1) == stakes


def test_gambler_with_a_good_coin_stakes_1():
    # The gambler's ruin.
    solution = rl.policy_iteration(*gambler(0.55), discount=1)
    ruin = (1 - (0.45 / 0.55) ** np.arange(100)) / (1 - (0.45 / 0.55) ** 100)
    np.testing.assert_allclose(solution.values[:100], ruin, rtol=1e-9)
    assert not solution.policy.any()


def test_first_sweeps_in_place_are_those_of_the_gambler():
    history = rl.value_iteration(*gambler(0.4), discount=1, in_place=True, history=True).history
    # Worked by hand: the state of 75 comes after that of 50, whose new value it uses at once.
    assert list(history[1, [25, 50, 75]]) == pytest.approx([0, 0.4, 0.4 + 0.6 * 0.4])
    assert list(history[2, [25, 50, 75]]) == pytest.approx([0.16, 0.4, 0.64])


# ---------------------------------------------------------------------------------------------
# Gymnasium's FrozenLake


def frozen_lake(**options):
    """P and R from Gymnasium's table; what has ended stays."""
    env = gymnasium.make("FrozenLake-v1", **options).unwrapped
    S = env.observation_space.n
    P, R = np.zeros((4, S, S)), np.zeros((4, S))
    for s, actions in env.P.items():
        for a, outcomes in actions.items():
            ended = env.desc.ravel()[s] in b"GH"
            for p, after, reward, _ in [(1.0, s, 0.0, True)] if ended else outcomes:
                P[a, s, after] += p
                R[a, s] += p * reward
    return P, R


LAKE = """
    0.542 0.499 0.471 0.457
    0.558 0.000 0.358 0.000
    0.592 0.643 0.615 0.000
    0.000 0.742 0.863 0.000"""


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_frozen_lake_has_its_well_known_values(solve):
    solution = solve(*frozen_lake(), discount=0.99)
    assert list(solution.values.round(3)) == table(LAKE)
    assert list(solution.policy) == [0, 3, 3, 3, 0, 0, 0, 0, 3, 1, 0, 0, 0, 2, 1, 0]
    undiscounted = solve(*frozen_lake(), discount=1)
    assert undiscounted.values[0] == pytest.approx(14 / 17, abs=1e-7)


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_best_policy_without_a_discount_does_not_wait(solve):
    # Without ice and discount all ways are equally good, even to stay at an edge for ever.
    P, R = frozen_lake(is_slippery=False)
    solution = solve(P, R, discount=1)
    assert rl.best_actions(solution.q)[0].sum() == 4
    np.testing.assert_allclose(rl.evaluate_exactly(P, R, solution.policy, discount=1)[0], 1)
    np.testing.assert_allclose(solution.values[0], 1)
    # The same with a table of next states, and with chance.
    table = rl.value_iteration(P.argmax(axis=2), R, discount=1)
    assert np.array_equal(table.policy, solution.policy)
    slow = rl.value_iteration((P + np.eye(16)) / 2, R / 2, discount=1)
    lost = np.isin(np.arange(16), [5, 7, 11, 12, 15])
    assert (
        rl.evaluate_exactly((P + np.eye(16)) / 2, R / 2, slow.policy, discount=1)[~lost] > 0.99
    ).all()


# ---------------------------------------------------------------------------------------------
# The 4 x 3 world of Russell and Norvig's "Artificial intelligence", figure 17.3


@pytest.mark.parametrize("solve", [rl.value_iteration, rl.policy_iteration])
def test_world_of_artificial_intelligence_has_its_printed_utilities(solve):
    places = [(row, column) for row in range(3) for column in range(4) if (row, column) != (1, 1)]
    goals, over = {(0, 3): 1.0, (1, 3): -1.0}, len(places)
    after, probs = np.full((4, 12, 3), over), np.zeros((4, 12, 3))
    R = np.full((4, 12), -0.04)
    R[:, over], probs[:] = 0, [0.8, 0.1, 0.1]
    for s, place in enumerate(places):
        if place in goals:
            R[:, s] = goals[place]
            continue
        for a in range(4):
            for k, turned in enumerate([a, (a + 1) % 4, (a - 1) % 4]):
                there = tuple(np.add(place, FOUR[turned]))
                after[a, s, k] = places.index(there if there in places else place)
    solution = solve((after, probs), R, discount=1)
    utilities = """0.812 0.868 0.918 1.000
                   0.762       0.660 -1.000
                   0.705 0.655 0.611 0.388  0"""
    assert list(solution.values.round(3)) == table(utilities)
    # Up from the left, right along the top, and away from the loss.
    arrows = "".join("urdl"[a] for a in solution.policy[:over])
    assert arrows == "rrru" + "u" + "uu" + "ulll"
