"""nnlib.environments: tables against the literature, Gymnasium's own, and their steps."""

import re
from collections import deque
from math import sqrt

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from nnlib import environments
from nnlib.environments import FiniteEnv, dynamics

GRIDS = {
    "cliff": environments.cliff,
    "jumping_grid": environments.jumping_grid,
    "small_grid": environments.small_grid,
    "windy_grid": environments.windy_grid,
    "random_walk": environments.random_walk,
    "short_corridor": environments.short_corridor,
    "maximisation_bias": environments.maximisation_bias,
}
ONE = [[(1.0, 0, 1.0, True)]]  # a state and an action


def uniform_values(env, discount):
    """Values of the equiprobable policy, by linear equations."""
    P, R = dynamics(env)
    P, R = P.mean(axis=0), R.mean(axis=0)
    going = np.flatnonzero(np.diag(P) < 1)
    values = np.zeros(len(P))
    matrix = np.eye(len(going)) - discount * P[np.ix_(going, going)]
    values[going] = np.linalg.solve(matrix, R[going])
    return values


def best_values(env, discount, sweeps):
    P, R = dynamics(env)
    values = np.zeros(P.shape[1])
    for _ in range(sweeps):
        values = (R + discount * P @ values).max(axis=0)
    return values


def shortest(env, start):
    """Length of the shortest way to a termination, by a search in breadth."""
    lengths, waiting = {start: 0}, deque([start])
    while waiting:
        state = waiting.popleft()
        for outcomes in env.P[state].values():
            for _, following, _, terminated in outcomes:
                if terminated:
                    return lengths[state] + 1
                if following not in lengths:
                    lengths[following] = lengths[state] + 1
                    waiting.append(following)


@pytest.mark.parametrize("make", GRIDS.values(), ids=GRIDS)
def test_gymnasium_finds_nothing_wrong(make):
    check_env(make(), skip_render_check=True)
    check_env(make(render_mode="ansi"), skip_render_check=True)


def test_the_cliff_is_gymnasiums():
    ours, theirs = environments.cliff(), gymnasium.make("CliffWalking-v1").unwrapped
    assert ours.initial_state_distrib.tolist() == theirs.initial_state_distrib.tolist()
    for state in range(36 + 1):  # the others are cliff, or the goal, where nothing goes on
        assert ours.P[state] == theirs.P[state]


def test_the_jumping_grid_has_the_books_values():
    """Sutton and Barto, example 3.5: figures 3.2 and 3.5."""
    env = environments.jumping_grid()
    random = [
        [3.3, 8.8, 4.4, 5.3, 1.5],
        [1.5, 3.0, 2.3, 1.9, 0.5],
        [0.1, 0.7, 0.7, 0.4, -0.4],
        [-1.0, -0.4, -0.4, -0.6, -1.2],
        [-1.9, -1.3, -1.2, -1.4, -2.0],
    ]
    best = [
        [22.0, 24.4, 22.0, 19.4, 17.5],
        [19.8, 22.0, 19.8, 17.8, 16.0],
        [17.8, 19.8, 17.8, 16.0, 14.4],
        [16.0, 17.8, 16.0, 14.4, 13.0],
        [14.4, 16.0, 14.4, 13.0, 11.7],
    ]
    np.testing.assert_allclose(uniform_values(env, 0.9).reshape(5, 5), random, atol=0.05)
    np.testing.assert_allclose(best_values(env, 0.9, 300).reshape(5, 5), best, atol=0.05)


def test_the_small_grid_has_the_books_values():
    """Sutton and Barto, example 4.1: figure 4.1."""
    values = [[0, -14, -20, -22], [-14, -18, -20, -20], [-20, -20, -18, -14], [-22, -20, -14, 0]]
    found = uniform_values(environments.small_grid(), 1).reshape(4, 4)
    np.testing.assert_allclose(found, values, atol=1e-10)


@pytest.mark.parametrize(("moves", "steps"), [("four", 15), ("king", 7), ("king_and_stay", 7)])
def test_the_windy_grids_shortest_ways(moves, steps):
    """Sutton and Barto, example 6.5: 15 steps; exercise 6.9: 7 with the diagonals."""
    assert shortest(environments.windy_grid(moves=moves), 30) == steps


def test_the_winds_strength_is_that_of_the_column_left():
    env = environments.windy_grid()
    assert env.P[33][1] == [(1.0, 24, -1.0, False)]  # wind 1: from row 3 to row 2
    assert env.P[36][2] == [(1.0, 26, -1.0, False)]  # wind 2 against a step down: row 2
    assert env.P[38][3] == [(1.0, 27, -1.0, False)]  # wind 1; not the 2 of the next column
    assert env.P[48][3] == [(1.0, 37, -1.0, True)]
    assert env.P[5][0] == [(1.0, 5, -1.0, False)]  # the edge


def test_the_kings_moves():
    env = environments.windy_grid(moves="king_and_stay")
    reached = [env.P[31][action][0][1] for action in range(9)]  # row 3, column 1: no wind
    assert reached == [21, 32, 41, 30, 22, 42, 40, 20, 31]


def test_stochastic_wind_is_weaker_or_stronger_a_third_of_the_time():
    env = environments.windy_grid(moves="king_and_stay", stochastic=True)
    assert env.P[36][8] == [(1 / 3, each, -1.0, False) for each in (26, 16, 6)]
    assert env.P[30][8] == [(1.0, 30, -1.0, False)]  # where there is none, there is none
    assert env.action_space.n == 9


def test_random_walks_have_the_books_values():
    """Sutton and Barto, examples 6.2 and 7.1."""
    values = uniform_values(environments.random_walk(), 1)[1:-1]
    np.testing.assert_allclose(values, np.arange(1, 6) / 6)
    values = uniform_values(environments.random_walk(19, left=-1.0), 1)[1:-1]
    np.testing.assert_allclose(values, np.arange(-9, 10) / 10, atol=1e-12)
    assert environments.random_walk(19).reset(seed=1)[0] == 10


def test_the_short_corridors_best_random_policy():
    """Sutton and Barto, example 13.1: about 0.59, for −11.6; greedy ends with ε = 0.1: −82, −44."""

    def value(right):
        P, R = dynamics(environments.short_corridor())
        P = (1 - right) * P[0] + right * P[1]
        return np.linalg.solve(np.eye(3) - P[:3, :3], R[0, :3])[0]

    best = 2 - sqrt(2)
    assert value(best) == pytest.approx(-6 - 4 * sqrt(2))
    assert value(best) > max(value(best - 0.01), value(best + 0.01))
    assert [round(value(p)) for p in (0.05, 0.95)] == [-82, -44]
    env = environments.short_corridor()
    assert env.reset(seed=0)[0] == 0
    assert [env.step(action)[0] for action in (1, 0, 1)] == [0, 0, 0]
    assert env.s == 3


def test_the_lottery_of_maximisation_bias():
    env = environments.maximisation_bias(actions=5, mean=-0.1, sd=2.0)
    env.reset(seed=0)
    assert env.step(0)[:3] == (1, 0.0, False)
    rewards = []
    for _ in range(4000):
        env.reset()
        env.step(0)
        _, reward, terminated, _, _ = env.step(4)
        assert terminated
        rewards.append(reward)
    assert abs(np.mean(rewards) + 0.1) < 3 * 2 / sqrt(4000)
    assert np.std(rewards) == pytest.approx(2, abs=3 * 2 / sqrt(2 * 4000))
    env.reset()
    assert env.step(1)[:3] == (3, 0.0, True)
    _, R = dynamics(env)
    assert R[:, 1].tolist() == [-0.1] * 5
    assert R[:, 2].tolist() == [0, 0] + [-np.inf] * 3


def test_steps_have_the_tables_probabilities():
    lake = gymnasium.make("FrozenLake-v1").unwrapped
    env = FiniteEnv(lake.P, lake.initial_state_distrib)
    counts, trials = np.zeros(16), 6000
    for trial in range(trials):
        env.reset(seed=0 if trial == 0 else None)
        env.s = 1
        counts[env.step(2)[0]] += 1
    expected = np.zeros(16)
    for probability, following, *_ in env.P[1][2]:
        expected[following] += probability
    assert (expected > 0).sum() == 3
    error = np.sqrt(expected * (1 - expected) / trials)
    assert (np.abs(counts / trials - expected) <= 3 * error).all()
    starts = [environments.jumping_grid().reset(seed=seed)[0] for seed in range(500)]
    assert set(starts) == set(range(25))


def test_frozen_lakes_best_values():
    """The optimum that Gymnasium's registration names for the small lake: 0.74."""
    policy_values = best_values(gymnasium.make("FrozenLake-v1"), 1, 5000)
    assert policy_values[0] == pytest.approx(14 / 17)  # with all the time in the world
    P, R = dynamics(gymnasium.make("FrozenLake-v1"))
    values = np.zeros(16)
    for _ in range(100):  # its time limit
        values = (R + P @ values).max(axis=0)
    assert round(values[0], 2) == 0.74


def test_taxis_dynamics_end_where_it_is_set_down():
    P, R = dynamics(gymnasium.make("Taxi-v4"))
    assert P.shape == (6, 500, 500)
    np.testing.assert_array_equal(P.sum(axis=2), 1)
    ends = np.flatnonzero(np.diag(P.min(axis=0)) == 1)
    taxi = gymnasium.make("Taxi-v4").unwrapped
    here = [taxi.encode(r, c, k, k) for k, (r, c) in enumerate(taxi.locs)]
    assert sorted(here) == ends.tolist()
    assert (R[:, ends] == 0).all()


def test_an_end_met_on_the_way_gets_a_state_of_its_own():
    stop = [[[(1.0, 0, 3.0, True)], [(1.0, 0, 1.0, False)]]]
    P, R = dynamics(FiniteEnv(stop, [1.0]))
    np.testing.assert_array_equal(P, [[[0, 1], [0, 1]], [[1, 0], [0, 1]]])
    np.testing.assert_array_equal(R, [[3, 0], [1, 0]])


def test_dynamics_need_a_table():
    with pytest.raises(TypeError, match="env must be a gymnasium.Env with a table P"):
        dynamics(gymnasium.make("Blackjack-v1"))


def test_seeds_repeat_an_episode():
    env = environments.windy_grid(stochastic=True)

    def path(seed):
        return [env.reset(seed=seed)[0]] + [env.step(1)[0] for _ in range(8)]

    assert path(3) == path(3)
    assert len({tuple(path(seed)) for seed in range(5)}) > 1


def test_pictures():
    env = environments.windy_grid(render_mode="ansi")
    env.reset(seed=0)
    env.step(1)
    rows = env.render().split("\n")
    assert rows[3] == "Sx-----G--"
    assert rows[0] == rows[6] == "-" * 10
    assert environments.cliff().render() is None


@pytest.mark.parametrize(
    ("args", "options", "error", "message"),
    [
        ((5, [1.0]), {}, TypeError, "must be, for every state and action, a list of tuples"),
        (([[[(1.0, 0, 0.0)]]], [1.0]), {}, TypeError, "(probability, next state, reward, term"),
        (([], []), {}, ValueError, "P must have states"),
        (([[[(0.5, 0, 0, True)]]], [1.0]), {}, ValueError, "of P[0][0] must sum to 1, got [0.5]"),
        (([[[(1, 1, 0, True)]]], [1.0]), {}, ValueError, "of P[0][0] must be from 0 to 0, got [1]"),
        (([ONE, ONE + ONE], [1, 0]), {}, ValueError, "as many actions in each"),
        (([[[(1, 0.5, 0, True)]]], [1.0]), {}, TypeError, "must be, for every state and action"),
        (([[[(1, 0, np.nan, True)]]], [1.0]), {}, ValueError, "rewards of P[0][0] must be finite"),
        (([[[(1, 0, 0, "no")]]], [1.0]), {}, TypeError, "must be True or False in P[0][0]"),
        (([ONE], "a"), {}, TypeError, "initial_state_distrib must hold real numbers"),
        (([ONE], [1.0]), {"desc": 5}, TypeError, "desc must be a sequence of strings, got 5"),
        (([ONE], [1.0]), {"noise": "a"}, TypeError, "noise must hold real numbers"),
        (([ONE], [0.5]), {}, ValueError, "must be 1 probabilities that sum to 1, got [0.5]"),
        (([ONE], [1.0]), {"desc": ["ab"]}, ValueError, "desc must have 1 characters"),
        (([ONE], [1.0]), {"noise": [[-1.0]]}, ValueError, "noise must be 1×1 numbers, 0 or more"),
        (([ONE], [1.0]), {"observations": [-1]}, ValueError, "observations must be from 0"),
        (([ONE], [1.0]), {"action_counts": [2]}, ValueError, "action_counts must be from 1 to 1"),
        (([ONE], [1.0]), {"action_counts": [1.0]}, ValueError, "action_counts must be 1 integers"),
        (([ONE], [1.0]), {"render_mode": "human"}, ValueError, "render_mode must be None or"),
    ],
)
def test_tables_that_do_not_fit_are_refused(args, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        FiniteEnv(*args, **options)


def test_other_bad_input():
    with pytest.raises(ValueError, match="states must be odd"):
        environments.random_walk(4)
    with pytest.raises(ValueError, match="moves must be one of 'four', 'king'"):
        environments.windy_grid(moves="knight")
    with pytest.raises(ValueError, match="actions must be 2 or more"):
        environments.maximisation_bias(actions=1)
    with pytest.raises(gymnasium.error.ResetNeeded):
        environments.cliff().step(0)


@pytest.mark.parametrize("action", [4, -1, 1.5, "up", None, np.array([1])])
def test_actions_that_there_are_not_are_refused(action):
    env = environments.cliff()
    env.reset(seed=0)
    with pytest.raises(ValueError, match="action must be an integer from 0 to 3, got"):
        env.step(action)
