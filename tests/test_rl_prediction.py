"""nnlib.rl's prediction: Monte Carlo, TD(0), n steps and traces, against hand and exact values."""

import io
import re
from functools import partial
from math import sqrt

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import TimeLimit
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import environments, rl
from nnlib.environments import FiniteEnv

METHODS = {
    "mc": partial(rl.mc_prediction, first_visit=False, step_size=0.1),
    "mc first": partial(rl.mc_prediction, step_size=0.1),
    "mc means": rl.mc_prediction,
    "td_zero": partial(rl.td_zero, step_size=0.1),
    "td_n": partial(rl.td_n, n=3, step_size=0.1),
    "td_lambda": partial(rl.td_lambda, trace=0.8, step_size=0.1),
    "replacing": partial(rl.td_lambda, trace=0.8, kind="replacing", step_size=0.1),
    "dutch": partial(rl.td_lambda, trace=0.8, kind="dutch", step_size=0.1),
    "forward": partial(rl.td_lambda, trace=0.8, kind="forward", step_size=0.1),
}
WALK = environments.random_walk()
RANDOM = rl.random_policy(WALK)
every = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


def script(states, rewards, terminated=True):
    """An environment whose one action leads through these states, and the policy that takes it.

    Its own states are the steps; what is observed are the states given.
    """
    last = len(rewards)
    P = [[[(1.0, k + 1, r, terminated and k + 1 == last)]] for k, r in enumerate(rewards)]
    P.append([[(1.0, last, 0.0, True)]])
    env = FiniteEnv(P, [1.0] + [0.0] * last, observations=states)
    env = env if terminated else TimeLimit(env, last)
    return env, [0] * (max(states) + 1)


def once(method, states, rewards, terminated=True, **options):
    """Values and counts after one episode of a script."""
    rng = np.random.default_rng(0)
    result = method(*script(states, rewards, terminated), episodes=1, rng=rng, **options)
    return result.values, result.counts


class Plain(gymnasium.Wrapper):
    """Hides an environment's table, as any wrapper that may do something does."""


@every
def test_values_of_the_random_walk(method):
    """Sutton and Barto, example 6.2: 1/6, …, 5/6. Steps that become smaller, where there are."""
    options = {"episodes": 4000, "rng": np.random.default_rng(1), "values": 0.5}
    if "step_size" in getattr(method, "keywords", {}):
        options["step_size"] = lambda episode: 1 / (10 + episode / 10)
    values = method(WALK, RANDOM, **options).values
    assert_allclose(values[1:-1], np.arange(1, 6) / 6, atol=0.04)
    assert_array_equal(values[[0, -1]], 0.5)


def test_td_of_the_first_episodes_by_hand():
    """Exercise 6.3: a first episode that ends on the left changes V(A) alone, by −0.05."""
    options = {"step_size": 0.1, "rng": np.random.default_rng(0), "values": 0.5, "history": True}
    left = [0] * 7
    history = rl.td_zero(WALK, left, episodes=2, **options).history
    assert_allclose(history[0], [0.5, 0.45, 0.5, 0.5, 0.5, 0.5, 0.5])
    assert_allclose(history[1], [0.5, 0.405, 0.495, 0.5, 0.5, 0.5, 0.5])
    history = rl.td_n(WALK, left, episodes=1, n=2, **options).history
    assert_allclose(history[0], [0.5, 0.45, 0.45, 0.5, 0.5, 0.5, 0.5])
    history = rl.mc_prediction(WALK, left, episodes=1, **options).history
    assert_allclose(history[0], [0.5, 0.45, 0.45, 0.45, 0.5, 0.5, 0.5])


def test_first_and_every_visit_by_hand():
    """An episode 0, 1, 0, 2 with rewards 1, 2, 4, 8: returns 15, 14, 12, 8."""
    first = once(rl.mc_prediction, [0, 1, 0, 2, 3], [1, 2, 4, 8])
    every = once(rl.mc_prediction, [0, 1, 0, 2, 3], [1, 2, 4, 8], first_visit=False)
    assert_array_equal(first[0], [15, 14, 8, 0])
    assert_array_equal(first[1], [1, 1, 1, 0])
    assert_array_equal(every[0], [13.5, 14, 8, 0])
    assert_array_equal(every[1], [2, 1, 1, 0])
    half = once(rl.mc_prediction, [0, 1, 0, 2, 3], [1, 2, 4, 8], discount=0.5)
    assert_array_equal(half[0], [1 + 1 + 1 + 1, 2 + 2 + 2, 8, 0])


def test_means_are_of_all_episodes():
    rng = np.random.default_rng(3)
    result = rl.mc_prediction(WALK, RANDOM, episodes=50, rng=rng)
    episodes = rl.generate_episodes(WALK, RANDOM, episodes=50, rng=rng)
    other = rl.mc_prediction(WALK, RANDOM, episodes=200, rng=rng, first_visit=False)
    assert result.counts[3] == 50  # where all begin
    assert result.values[3] == pytest.approx(result.returns.mean())
    assert other.counts.sum() == other.lengths.sum()
    assert {episode.states[0] for episode in episodes} == {3}


NAIVE = [0, 1, 0, 2, 1, 3], [1.0, -2.0, 3.0, 0.5, 2.0], [0.3, -0.2, 0.5, 0.0]


def returns(n, values, discount, terminated, time):
    """The n-step return, from its definition."""
    states, rewards, _ = NAIVE
    end = min(time + n, len(rewards))
    total = sum(discount ** (k - time) * rewards[k] for k in range(time, end))
    if end < len(rewards) or not terminated:
        total += discount ** (end - time) * values[states[end]]
    return total


@pytest.mark.parametrize("terminated", [True, False])
@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_n_steps_by_the_algorithm_of_the_book(n, terminated):
    """Sutton and Barto, section 7.1, as it is printed: an update for each time tau = t - n + 1."""
    states, rewards, initial = NAIVE
    values, T, t, tau = list(initial), len(rewards), 0, -1
    while tau < T - 1:
        tau = t - n + 1
        if tau >= 0:
            target = returns(n, values, 0.9, terminated, tau)
            values[states[tau]] += 0.25 * (target - values[states[tau]])
        t += 1
    options = {"step_size": 0.25, "discount": 0.9, "values": initial, "n": n}
    found, counts = once(rl.td_n, states, rewards, terminated, **options)
    assert_allclose(found, values)
    assert_array_equal(counts, [2, 2, 1, 0])


def lambda_return(values, discount, trace, terminated, time, horizon):
    """The λ-return up to a horizon, from its definition as a mean of n-step returns."""
    steps = horizon - time
    total = 0.0
    for n in range(1, steps):
        total += (1 - trace) * trace ** (n - 1) * returns(n, values, discount, terminated, time)
    return total + trace ** (steps - 1) * returns(steps, values, discount, terminated, time)


@pytest.mark.parametrize("terminated", [True, False])
@pytest.mark.parametrize("trace", [0.0, 0.6, 1.0])
def test_the_forward_view_moves_values_towards_lambda_returns(trace, terminated):
    states, rewards, initial = NAIVE
    values = list(initial)
    for time in range(len(rewards)):
        target = lambda_return(initial, 0.9, trace, terminated, time, len(rewards))
        values[states[time]] += 0.25 * (target - values[states[time]])
    options = {"step_size": 0.25, "discount": 0.9, "values": initial, "trace": trace}
    found, _ = once(rl.td_lambda, states, rewards, terminated, kind="forward", **options)
    assert_allclose(found, values)


@pytest.mark.parametrize("terminated", [True, False])
@pytest.mark.parametrize("trace", [0.0, 0.6, 1.0])
def test_dutch_traces_are_the_online_lambda_return_algorithm(trace, terminated):
    """Sutton and Barto, section 12.4: at each step all is done again, with the longer returns.

    The value at the end of a return, V(S_h), is that of the values at time h − 1.
    """
    states, rewards, initial = NAIVE
    after = [list(initial)]  # values after 0, 1, … steps
    for horizon in range(1, len(rewards) + 1):
        values = list(initial)
        for time in range(horizon):
            target, weight = 0.0, 1.0
            for n in range(1, horizon - time + 1):
                share = weight * (1 - trace) if n < horizon - time else weight
                each = returns(n, after[time + n - 1], 0.9, terminated, time)
                target, weight = target + share * each, weight * trace
            values[states[time]] += 0.25 * (target - values[states[time]])
        after.append(values)
    options = {"step_size": 0.25, "discount": 0.9, "values": initial, "trace": trace}
    found, _ = once(rl.td_lambda, states, rewards, terminated, kind="dutch", **options)
    assert_allclose(found, after[-1])


def test_traces_by_hand():
    """0, 0, 1 with rewards 1 and 1, α = 1/2, λ = 1/2: errors 1, and 1 − 1/2 = 1/2."""
    options = {"step_size": 0.5, "trace": 0.5}
    found, _ = once(rl.td_lambda, [0, 0, 1], [1, 1], **options)
    assert_array_equal(found, [0.5 + 0.5 * 0.5 * 1.5, 0])
    found, _ = once(rl.td_lambda, [0, 0, 1], [1, 1], kind="replacing", **options)
    assert_array_equal(found, [0.5 + 0.5 * 0.5, 0])
    found, _ = once(rl.td_lambda, [0, 1, 2], [1, 4], discount=0.5, **options)
    assert_array_equal(found, [0.5 + 0.5 * 4 * 0.25, 2, 0])


@pytest.mark.parametrize("kind", ["accumulating", "replacing", "dutch"])
def test_without_a_trace_there_is_the_next_value_alone(kind):
    options = {"episodes": 20, "step_size": 0.3, "discount": 0.9}
    zero = rl.td_zero(WALK, RANDOM, rng=np.random.default_rng(5), **options)
    for method in (partial(rl.td_n, n=1), partial(rl.td_lambda, trace=0, kind=kind)):
        other = method(WALK, RANDOM, rng=np.random.default_rng(5), **options)
        assert_allclose(other.values, zero.values, rtol=1e-12)
        assert_array_equal(other.counts, zero.counts)


def test_many_steps_are_monte_carlo():
    way = np.array([1, 1, 1, 1, 0, 0, 0])
    options = {"episodes": 3, "step_size": 0.3, "discount": 0.9}
    env = environments.random_walk(5, right=2.0)
    many = rl.td_n(env, way, n=50, rng=np.random.default_rng(5), **options | {"episodes": 0})
    assert_array_equal(many.values, 0)
    right = [1] * 7
    many = rl.td_n(env, right, n=50, rng=np.random.default_rng(5), **options)
    full = rl.mc_prediction(env, right, rng=np.random.default_rng(5), **options)
    assert_allclose(many.values, full.values, rtol=1e-14)
    assert many.values[5] == pytest.approx(2 * (1 - 0.7**3))


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_a_time_limit_is_no_end(method, hidden):
    """Reward 1 for ever, γ = 1/2, cut off after 3 steps: the value is 2, and not 1.75."""
    env = TimeLimit(FiniteEnv([[[(1.0, 0, 1.0, False)]]], [1.0]), 3)
    env = Plain(env) if hidden else env
    result = method(env, [0], episodes=400, discount=0.5, rng=np.random.default_rng(0))
    assert result.values[0] == pytest.approx(2, abs=0.04 if method is METHODS["mc means"] else 1e-6)
    assert_array_equal(result.lengths, 3)
    assert_array_equal(result.returns, 3)


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_a_termination_at_the_time_limit_is_an_end(method, hidden):
    env = TimeLimit(FiniteEnv([[[(1.0, 1, 1.0, True)]], [[(1.0, 1, 0.0, True)]]], [1.0, 0.0]), 1)
    env = Plain(env) if hidden else env
    options = {"episodes": 200, "rng": np.random.default_rng(0), "values": [0.0, 99.0]}
    assert method(env, [0, 0], **options).values[0] == pytest.approx(1)


@every
def test_the_shorter_of_two_time_limits_counts(method):
    env = FiniteEnv([[[(1.0, 0, 1.0, False)]]], [1.0])
    for inner, outer in ((2, 5), (5, 2)):
        both = TimeLimit(TimeLimit(env, inner), outer)
        result = method(both, [0], episodes=3, discount=0.5, rng=np.random.default_rng(0))
        assert_array_equal(result.lengths, 2)


def kept(result):
    """A result, saved by numpy.savez and loaded again."""
    file = io.BytesIO()
    np.savez(file, **result._asdict())
    file.seek(0)
    return rl.Prediction(**np.load(file))


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_going_on_gives_the_same_numbers(method, hidden):
    env = Plain(environments.random_walk()) if hidden else WALK
    rng = np.random.default_rng(7)
    options = {"discount": 0.9, "history": True}
    if "step_size" in getattr(method, "keywords", {}):
        options["step_size"] = lambda episode: 1 / (2 + episode)
    whole = method(env, RANDOM, episodes=50, rng=rng, values=0.25, **options)
    rng = np.random.default_rng(7)
    part = method(env, RANDOM, episodes=20, rng=rng, values=0.25, **options)
    later = np.random.default_rng()
    later.bit_generator.state = rng.bit_generator.state
    both = method(env, RANDOM, episodes=30, rng=later, start=kept(part), **options)
    for one, other in zip(whole, both, strict=True):
        assert_array_equal(one, other)
    assert whole.history.shape == (50, 7)
    assert_array_equal(whole.history[-1], whole.values)
    assert (whole.history[0] != whole.history[-1]).any()


def test_no_history_unless_asked_for():
    result = rl.mc_prediction(WALK, RANDOM, episodes=5, rng=np.random.default_rng(0))
    assert result.history.shape == (0, 7)


def test_table_and_steps_follow_the_same_law():
    lake = gymnasium.make("FrozenLake-v1")
    policy = rl.random_policy(lake)
    options = {"episodes": 3000, "step_size": 0.01}
    fast = rl.td_zero(lake, policy, rng=np.random.default_rng(0), **options)
    slow = rl.td_zero(Plain(lake), policy, rng=np.random.default_rng(1), **options)
    for one, other in ((fast.lengths, slow.lengths), (fast.returns, slow.returns)):
        error = sqrt((one.var() + other.var()) / 3000)
        assert abs(one.mean() - other.mean()) < 3 * error
        assert 0 < error
    assert_allclose(fast.values, slow.values, atol=0.05)


def test_means_of_slippery_lake_meet_the_linear_equations():
    lake = gymnasium.make("FrozenLake-v1", max_episode_steps=1000)
    policy = rl.random_policy(lake)
    P, R = environments.dynamics(lake)
    exact = np.linalg.solve(
        np.eye(16) - 0.99 * (P.mean(axis=0) - np.diag(np.diag(P.min(axis=0)) == 1)),
        R.mean(axis=0),
    )
    options = {"episodes": 20_000, "discount": 0.99, "first_visit": False}
    result = rl.mc_prediction(lake, policy, rng=np.random.default_rng(0), **options)
    met = result.counts > 300
    error = np.sqrt(exact / np.maximum(result.counts, 1))  # returns are from 0 to 1
    assert met.sum() >= 10
    assert (np.abs(result.values - exact)[met] < 5 * error[met]).all()


def stand(total, ace, hits):
    """Probabilities of the dealer's final sums, 22 for a bust, from an infinite deck."""
    if total > 21 and ace:
        total, ace = total - 10, False
    if total >= 17:
        return {min(total, 22): 1.0}
    chances = {}
    for card in range(1, 11):
        weight = 4 / 13 if card == 10 else 1 / 13
        eleven = card == 1 and total + 11 <= 21
        parts = stand(total + (11 if eleven else card), ace or eleven, hits + 1)
        for final, chance in parts.items():
            chances[final] = chances.get(final, 0) + weight * chance
    return chances


def stick(player, dealer):
    """Value of standing: chance that the dealer has less, minus that of more."""
    value = 0.0
    for card in range(1, 11):
        ace = 1 in (dealer, card)
        start = dealer + card + 10 * ace
        weight = 4 / 13 if card == 10 else 1 / 13
        for final, chance in stand(start, ace, 0).items():
            value += weight * chance * (1 if final == 22 or final < player else -(final > player))
    return value


def test_blackjack_as_gymnasium_deals_it():
    """Sutton and Barto, example 5.1: stick on 20 or 21; where it sticks, values are exact sums."""
    env = gymnasium.make("Blackjack-v1", disable_env_checker=True)
    rng = np.random.default_rng(0)
    result = rl.mc_prediction(env, lambda hand: int(hand[0] < 20), episodes=8000, rng=rng)
    values, counts = (each.reshape(32, 11, 2) for each in (result.values, result.counts))
    for dealer in (2, 6, 9, 10):
        number = counts[20, dealer, 0]
        assert number > 60
        error = sqrt(1 / number)  # results are −1, 0 or 1
        assert values[20, dealer, 0] == pytest.approx(stick(20, dealer), abs=3 * error)
    assert values[20, 1:, 0].min() > 0.1
    assert values[12:20, 10, 0].max() < -0.3
    table = np.ones((32, 11, 2), dtype=int)
    table[20:] = 0
    other = rl.mc_prediction(env, table, episodes=50, rng=np.random.default_rng(4))
    again = rl.mc_prediction(env, table.ravel(), episodes=50, rng=np.random.default_rng(4))
    assert_array_equal(other.values, again.values)


def test_figure_7_2_its_best_n_is_in_the_middle():
    """Sutton and Barto, figure 7.2: with 19 states, 4 steps do better than 1, and than 32."""
    env = environments.random_walk(19, left=-1.0)
    policy, truth = rl.random_policy(env), np.arange(-9, 10) / 10
    errors = {}
    for n, step_size in ((1, 0.9), (4, 0.4), (32, 0.2)):
        rng = np.random.default_rng(0)
        options = {"episodes": 10, "step_size": step_size, "n": n, "history": True, "rng": rng}
        runs = [rl.td_n(env, policy, **options).history[:, 1:-1] for _ in range(40)]
        errors[n] = np.sqrt(np.mean((np.array(runs) - truth) ** 2, axis=2)).mean()
    assert errors[4] < 0.29
    assert errors[1] > errors[4] + 0.02
    assert errors[32] > errors[4] + 0.05


def test_the_random_policy_takes_what_there_is():
    policy = rl.random_policy(environments.maximisation_bias(actions=4))
    expected = [[1, 0, 0, 0], [0.25] * 4, [0.5, 0.5, 0, 0], [1, 0, 0, 0]]
    assert_array_equal(policy, expected)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"env": 3}, TypeError, "as gymnasium.make returns it, got int"),
        ({"policy": [0] * 6}, ValueError, "policy must be integers of shape (7,), or probabil"),
        ({"policy": [0.0] * 7}, ValueError, "got shape (7,) and dtype float64"),
        ({"policy": [2] * 7}, ValueError, "policy must be numbers of actions from 0 to 1, got 2"),
        ({"policy": np.full((7, 2), 0.4)}, ValueError, "policy must sum to 1"),
        ({"episodes": -1}, ValueError, "episodes must be 0 or more, got -1"),
        ({"step_size": 0}, ValueError, "step_size must be positive and finite, got 0"),
        ({"step_size": lambda k: -k}, ValueError, "step_size(0) must be positive"),
        ({"discount": 1.5}, ValueError, "discount must be from 0 to 1, got 1.5"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"values": [0.0, 1.0]}, ValueError, "values must be a number or have shape (7,)"),
        ({"values": np.nan}, ValueError, "values must not hold NaN, got NaN"),
        ({"values": np.inf}, ValueError, "values must be finite, got inf"),
        ({"values": "a"}, TypeError, "values must hold real numbers"),
        ({"values": [0.0, [1.0]]}, ValueError, "values must be an array, got rows of different"),
        ({"policy": lambda s: None}, TypeError, "policy must hold real numbers"),
        ({"policy": [[0.5, 0.5]] * 6 + [[1]]}, ValueError, "policy must be an array, got rows"),
        ({"start": 3}, TypeError, "start must be a Prediction, got int"),
    ],
)
def test_bad_input_is_refused(change, error, message):
    arguments = {
        "env": WALK,
        "policy": RANDOM,
        "episodes": 1,
        "step_size": 0.1,
        "rng": np.random.default_rng(0),
    } | change
    env, policy = arguments.pop("env"), arguments.pop("policy")
    with pytest.raises(error, match=re.escape(message)):
        rl.td_zero(env, policy, **arguments)


def test_other_bad_input():
    options = {"episodes": 1, "step_size": 0.1, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match="n must be 1 or more"):
        rl.td_n(WALK, RANDOM, n=0, **options)
    with pytest.raises(ValueError, match="trace must be from 0 to 1"):
        rl.td_lambda(WALK, RANDOM, trace=2, **options)
    with pytest.raises(ValueError, match="kind must be one of 'accumulating'"):
        rl.td_lambda(WALK, RANDOM, trace=0.5, kind="worn", **options)
    with pytest.raises(TypeError, match="step_size must be a real number, got NoneType"):
        rl.td_zero(WALK, RANDOM, **options | {"step_size": None})
    start = rl.td_zero(WALK, RANDOM, **options)
    other = environments.random_walk(3)
    with pytest.raises(ValueError, match=r"start\.values must be a number or have shape \(5,\)"):
        rl.td_zero(other, rl.random_policy(other), start=start, **options)
    with pytest.raises(ValueError, match="values must be None where there is a start"):
        rl.td_zero(WALK, RANDOM, start=start, values=0.5, **options)
    with pytest.raises(TypeError, match=r"observation_space must be Discrete.*TransformObservat"):
        rl.td_zero(gymnasium.make("CartPole-v1"), [0], **options)
    box = environments.cliff()
    box.action_space = gymnasium.spaces.Box(0, 1)
    with pytest.raises(TypeError, match=r"action_space must be Discrete.*TransformAction"):
        rl.td_zero(box, [0] * 48, **options)
    lottery = environments.maximisation_bias()
    with pytest.raises(ValueError, match="probability 0 for actions that a state does not have"):
        rl.td_zero(lottery, [5] * 4, **options)
