"""nnlib.rl's control: SARSA, expected SARSA, Q-learning, double Q-learning, Monte Carlo."""

import io
import re
from functools import partial
from math import sqrt

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import TimeLimit
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import kstest, norm

from nnlib import environments, rl
from nnlib.environments import FiniteEnv

METHODS = {
    "sarsa": partial(rl.sarsa, step_size=0.5),
    "expected_sarsa": partial(rl.expected_sarsa, step_size=0.5),
    "q_learning": partial(rl.q_learning, step_size=0.5),
    "double_q_learning": partial(rl.double_q_learning, step_size=0.5),
    "mc_control": partial(rl.mc_control, step_size=0.5),
    "mc_control means": rl.mc_control,
}
CLIFF = environments.cliff()
every = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
stepwise = pytest.mark.parametrize("method", list(METHODS.values())[:4], ids=list(METHODS)[:4])


class Plain(gymnasium.Wrapper):
    """Hides an environment's table, as any wrapper that may do something does."""


def chain(rewards, actions=2):
    """From state to state, whatever the action, with these rewards, and then it ends."""
    last = len(rewards)
    P = [[[(1.0, k + 1, r, k + 1 == last)]] * actions for k, r in enumerate(rewards)]
    P.append([[(1.0, last, 0.0, True)]] * actions)
    return FiniteEnv(P, [1.0] + [0.0] * last)


def last_hundred(method, env, runs, **options):
    """Mean reward of the last 100 of 500 episodes, and its standard error."""
    rng = np.random.default_rng(0)
    means = [
        method(env, episodes=500, epsilon=0.1, rng=rng, **options).returns[-100:].mean()
        for _ in range(runs)
    ]
    return np.mean(means), np.std(means, ddof=1) / sqrt(runs)


@pytest.mark.parametrize(
    ("method", "published", "error"),
    [(rl.sarsa, -27.0, 0.6), (rl.q_learning, -50.5, 0.7)],
    ids=["sarsa", "q_learning"],
)
def test_the_cliffs_published_rewards(method, published, error):
    """Example 6.6, last 100 of 500 episodes, α = 1/2, ε = 1/10: −27.0 ± 0.6 and −50.5 ± 0.7."""
    mean, ours = last_hundred(method, CLIFF, 100, step_size=0.5)
    assert abs(mean - published) < 3 * sqrt(error**2 + ours**2)
    assert ours < 1


def test_the_cliffs_ways():
    """Q-learning's greedy way is the shortest, of 13 steps; that of both SARSAs is a safe one."""
    ways, options = {}, {"step_size": lambda k: 0.5 if k < 500 else 0.05, "epsilon": 0.1}
    for name in ("sarsa", "expected_sarsa", "q_learning"):
        rng = np.random.default_rng(3)
        result = METHODS[name](CLIFF, episodes=2000, rng=rng, **options)
        limited = TimeLimit(environments.cliff(), 100)
        ways[name] = rl.rollout(limited, result.q.argmax(axis=1), rng=rng)
    assert all(way.terminated for way in ways.values())
    assert len(ways["q_learning"].rewards) == 13
    for safe in ("sarsa", "expected_sarsa"):
        assert len(ways[safe].rewards) > 13
        assert (ways[safe].states < 24).any()


def test_windy_grids_are_solved():
    """Example 6.5, α = 1/2, ε = 1/10: the greedy way has 15 steps, as good as it gets."""
    env = environments.windy_grid()
    options = {"episodes": 1000, "step_size": lambda k: 0.5 if k < 500 else 0.1, "epsilon": 0.1}
    result = rl.sarsa(env, rng=np.random.default_rng(0), **options)
    way = rl.rollout(TimeLimit(env, 100), result.q.argmax(axis=1), rng=np.random.default_rng(0))
    assert len(way.rewards) == 15
    assert 15 < result.lengths[-100:].mean() < 22  # with ε = 1/10, about 17 on average
    assert result.lengths[0] > 100


def test_the_maximisation_bias():
    """Example 6.7 and its figure, α = ε = 1/10: Q-learning goes left far more than 5 % says."""
    shares = {}
    for method in (rl.q_learning, rl.double_q_learning):
        rng, env = np.random.default_rng(0), environments.maximisation_bias()
        options = {"episodes": 300, "step_size": 0.1, "epsilon": 0.1, "rng": rng}
        left = [method(env, **options).lengths == 2 for _ in range(150)]
        shares[method] = np.mean(left, axis=0)
    assert shares[rl.q_learning][:40].max() > 0.65
    assert shares[rl.double_q_learning][20:].max() < 0.5
    assert shares[rl.q_learning][-50:].mean() > shares[rl.double_q_learning][-50:].mean() + 0.02
    assert shares[rl.double_q_learning][-50:].mean() == pytest.approx(0.05, abs=0.05)


def test_taxi_is_learned():
    """A mean reward near 8 of the greedy policy: from 5 to 15 for the way there, 20 at its end."""
    env, rng = gymnasium.make("Taxi-v4"), np.random.default_rng(0)
    options = {"episodes": 3000, "step_size": 0.7, "epsilon": 0.1, "rng": rng}
    result = rl.q_learning(env, **options)
    greedy = rl.q_learning(env, start=result, **options | {"epsilon": 0.0, "episodes": 1000})
    mean = greedy.returns[-1000:].mean()
    P, R = environments.dynamics(env)
    values = np.zeros(500)
    for _ in range(100):
        values = (R + P @ values).max(axis=0)
    best = env.unwrapped.initial_state_distrib @ values
    assert round(best, 2) == 7.93
    assert mean == pytest.approx(best, abs=3 * greedy.returns[-1000:].std() / sqrt(1000))


def test_slippery_lakes_best_values_are_found():
    lake = gymnasium.make("FrozenLake-v1").unwrapped
    safe = np.isin(lake.desc.ravel(), [b"S", b"F"])
    env = FiniteEnv(lake.P, safe / safe.sum())  # it may begin anywhere, so that all is tried often
    P, R = environments.dynamics(env)
    q = np.zeros((16, 4))
    for _ in range(2000):
        q = (R + 0.9 * P @ q.max(axis=1)).T
    rng = np.random.default_rng(0)
    options = {"step_size": lambda k: 40 / (400 + k), "epsilon": 1.0, "discount": 0.9, "rng": rng}
    result = rl.q_learning(env, episodes=30_000, **options)
    assert_allclose(result.q, q, atol=0.03)
    assert q.max() > 0.6


def test_first_steps_by_hand():
    """Rewards 1 and 2 along a chain of one action, α = 1/2, γ = 1/2, all begins at 4."""
    options = {"episodes": 1, "epsilon": 0.1, "discount": 0.5, "q": 4.0}
    for name in ("sarsa", "expected_sarsa", "q_learning"):
        result = METHODS[name](chain([1.0, 2.0], 1), rng=np.random.default_rng(0), **options)
        assert_array_equal(result.q, [[4 - 0.5], [4 - 1], [4]])
        assert_array_equal(result.tables, [result.q])
    result = rl.double_q_learning(
        chain([1.0, 2.0], 1), step_size=0.5, rng=np.random.default_rng(0), **options
    )
    assert_array_equal(result.q, [[4 - 0.25], [4 - 0.5], [4]])  # one of two tables each
    assert_array_equal(np.sort(result.tables[:, 0, 0]), [3.5, 4])
    for options["step_size"], share in ((None, 1), (0.5, 0.5)):
        result = rl.mc_control(chain([1.0, 2.0], 1), rng=np.random.default_rng(0), **options)
        assert_array_equal(result.q, [[4 - share * 2], [4 - share * 2], [4]])
        assert_array_equal(result.tables[1], [[1], [1], [0]])


def test_first_and_every_visit_by_hand():
    """An episode 0, 1, 0, 2 with rewards 1, 2, 4, 8: returns 15, 14, 12, 8."""
    P = [[[(1.0, k + 1, r, k == 3)]] for k, r in enumerate([1, 2, 4, 8])] + [[[(1, 4, 0, True)]]]
    env = FiniteEnv(P, [1, 0, 0, 0, 0], observations=[0, 1, 0, 2, 3])
    for first_visit, value in ((True, 15), (False, 13.5)):
        rng = np.random.default_rng(0)
        result = rl.mc_control(env, episodes=1, epsilon=0.1, rng=rng, first_visit=first_visit)
        assert_array_equal(result.q, [[value], [14], [8], [0]])
        assert_array_equal(result.tables[1], [[2 - first_visit], [1], [1], [0]])


Q = np.array([[0.0, 0.0], [6.0, 2.0], [9.0, 9.0]])


@pytest.mark.parametrize(
    ("method", "targets"),
    [
        (rl.sarsa, {6: 0.75, 2: 0.25}),
        (rl.expected_sarsa, {5: 1.0}),
        (rl.q_learning, {6: 1.0}),
        (rl.double_q_learning, {6: 1.0}),
    ],
    ids=["sarsa", "expected_sarsa", "q_learning", "double_q_learning"],
)
def test_what_each_method_learns_from_the_next_state(method, targets):
    """Next action values 6 and 2, ε = 1/2: 6 is taken 3/4 of the time, and the mean is 5."""
    rng, trials = np.random.default_rng(0), 400
    options = {"episodes": 1, "step_size": 1.0, "epsilon": 0.5, "rng": rng, "q": Q}
    found = [method(chain([0.0, 0.0]), **options).tables[:, 0].max() for _ in range(trials)]
    values, counts = np.unique(found, return_counts=True)
    assert_allclose(values, sorted(targets))
    for value, count in zip(values, counts, strict=True):
        share = targets[round(float(value))]
        assert count / trials == pytest.approx(share, abs=3 * sqrt(share * (1 - share) / trials))


def test_double_learning_judges_by_the_other_table():
    """The tables differ: the best of one, of which it says 5 or 7, is 3 or 1 to the other."""
    tables = np.array([[[0, 0], [5, 1], [0, 0]], [[0, 0], [3, 7], [0, 0]]], dtype=float)
    start = rl.Learned(tables.mean(axis=0), np.empty(0), np.empty(0, int), tables)
    found = set()
    for seed in range(40):
        rng = np.random.default_rng(seed)
        options = {"step_size": 1.0, "epsilon": 0.5, "rng": rng, "start": start}
        new = rl.double_q_learning(chain([0.0, 0.0]), episodes=1, **options).tables[:, 0]
        (table,) = np.flatnonzero(new.any(axis=1))
        found.add((int(table), float(new.max())))
    assert found == {(0, 3.0), (1, 1.0)}


def test_double_learning_acts_by_the_sum():
    tables = np.array([[[5, 4]], [[0, 4]]], dtype=float)
    env = FiniteEnv([[[(1.0, 0, 0.0, True)]] * 2], [1.0])
    start = rl.Learned(tables.mean(axis=0), np.empty(0), np.empty(0, int), tables)
    options = {"step_size": 1.0, "epsilon": 0.0, "rng": np.random.default_rng(0), "start": start}
    new = rl.double_q_learning(env, episodes=1, **options).tables
    assert_array_equal(new[:, 0, 0], [5, 0])
    assert 0 in new[:, 0, 1]


@every
def test_ties_are_broken_at_random(method):
    """Of four actions, two share the largest value: each is taken half of the time without ε."""
    env = FiniteEnv([[[(1.0, 0, float(k), True)] for k in range(4)]], [1.0])
    rng, start = np.random.default_rng(0), [[-9.0, 50.0, 50.0, -9.0]]
    trials = [method(env, episodes=1, epsilon=0.0, rng=rng, q=start).returns[0] for _ in range(400)]
    assert set(trials) == {1.0, 2.0}
    assert np.mean(trials) == pytest.approx(1.5, abs=3 * 0.5 / 20)


@stepwise
def test_ties_that_learning_makes_are_broken_at_random_too(method):
    """The second action's value is learned to be 1 too, as the first one's: both are taken then."""
    P = [[[(1.0, 2, 1.0, True)], [(1.0, 1, 0.0, False)]], [[(1.0, 2, 1.0, True)]] * 2]
    env = FiniteEnv([*P, [[(1.0, 2, 0.0, True)]] * 2], [1.0, 0.0, 0.0])
    options = {"step_size": 1.0, "epsilon": lambda k: float(k < 40), "q": [[1, 0], [1, 1], [0, 0]]}
    lengths = method(env, episodes=440, rng=np.random.default_rng(0), **options).lengths[40:]
    assert lengths.mean() == pytest.approx(1.5, abs=3 * 0.5 / 20)


@every
def test_what_turns_out_to_be_best_is_taken(method):
    env = FiniteEnv([[[(1.0, 0, float(k), True)] for k in range(3)]], [1.0])
    options = {"epsilon": lambda k: float(k < 60), "q": [[0.5, 0.0, 0.0]]}
    result = method(env, episodes=80, rng=np.random.default_rng(0), **options)
    assert set(result.returns[:60]) == {0.0, 1.0, 2.0}
    assert_array_equal(result.returns[60:], 2)


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_exploration_is_uniform(method, hidden):
    """With ε = 0.4 and five actions, the best one is taken 0.6 + 0.4/5 of the time."""
    env = FiniteEnv([[[(1.0, 0, float(k), True)] for k in range(5)]], [1.0])
    env, rng = Plain(env) if hidden else env, np.random.default_rng(0)
    start = [[0.0, 0.0, 100.0, 0.0, 0.0]]
    options = {"episodes": 1, "epsilon": 0.4, "rng": rng, "q": start}
    taken = [method(env, **options).returns[0] for _ in range(1000)]
    shares = np.bincount(np.array(taken, dtype=int), minlength=5) / 1000
    expected = np.array([0.08, 0.08, 0.68, 0.08, 0.08])
    assert (np.abs(shares - expected) < 3 * np.sqrt(expected * (1 - expected) / 1000)).all()


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_a_time_limit_is_no_end(method, hidden):
    """Reward 1 for ever, γ = 1/2, cut off after 3 steps: the value is 2, and not 1.75."""
    env = TimeLimit(FiniteEnv([[[(1.0, 0, 1.0, False)]]], [1.0]), 3)
    env, rng = Plain(env) if hidden else env, np.random.default_rng(0)
    result = method(env, episodes=400, discount=0.5, epsilon=0.1, rng=rng)
    means = method is METHODS["mc_control means"]
    assert result.q[0, 0] == pytest.approx(2, abs=0.04 if means else 1e-9)
    assert_array_equal(result.lengths, 3)
    assert_array_equal(result.returns, 3)


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_a_termination_at_the_time_limit_is_an_end(method, hidden):
    env = TimeLimit(chain([1.0, 1.0], 1), 2)
    env = Plain(env) if hidden else env
    options = {"episodes": 60, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    result = method(env, q=[[0.0], [0.0], [99.0]], **options)
    assert_allclose(result.q, [[2], [1], [99]], rtol=1e-6)


def kept(result):
    """A result, saved by numpy.savez and loaded again."""
    file = io.BytesIO()
    np.savez(file, **result._asdict())
    file.seek(0)
    return rl.Learned(**np.load(file))


@every
@pytest.mark.parametrize("make", [environments.cliff, environments.maximisation_bias])
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_going_on_gives_the_same_numbers(method, make, hidden):
    env = TimeLimit(make(), 300)
    env = Plain(env) if hidden else env
    options = {"epsilon": lambda k: 1 / (1 + k / 5), "discount": 0.9}
    if method is METHODS["sarsa"]:
        options["step_size"] = lambda k: 1 / (2 + k)
    rng = np.random.default_rng(7)
    whole = method(env, episodes=25, rng=rng, q=0.5, **options)
    rng = np.random.default_rng(7)
    part = method(env, episodes=10, rng=rng, q=0.5, **options)
    later = np.random.default_rng()
    later.bit_generator.state = rng.bit_generator.state
    both = method(env, episodes=15, rng=later, start=kept(part), **options)
    for one, other in zip(whole, both, strict=True):
        assert_array_equal(one, other)
    assert whole.lengths.shape == (25,)
    assert len(set(whole.returns)) > 1


@stepwise
def test_table_and_steps_follow_the_same_law(method):
    windy = environments.windy_grid(stochastic=True)
    means = []
    for env in (windy, Plain(windy)):
        rng, options = np.random.default_rng(0), {"episodes": 5, "epsilon": 0.3}
        means.append([method(env, rng=rng, **options).lengths.mean() for _ in range(50)])
    fast, slow = means
    assert abs(np.mean(fast) - np.mean(slow)) < 3 * sqrt((np.var(fast) + np.var(slow)) / 50)
    assert np.std(fast) < np.mean(fast) / 2


class Doubling(FiniteEnv):
    """Does more than its table says."""

    def step(self, action):
        observation, reward, *rest = super().step(action)
        return observation, 2 * reward, *rest


def test_an_environment_that_does_more_than_its_table_is_believed():
    table = [[[(1.0, 0, 1.0, True)]]]
    instance = FiniteEnv(table, [1.0])
    instance.step = lambda action: (0, 2.0, True, False, {})
    fickle = gymnasium.make("Taxi-v4", fickle_passenger=True)  # of which its table does not tell
    doubled = gymnasium.wrappers.TransformReward(FiniteEnv(table, [1.0]), lambda r: 2 * r)
    options = {"episodes": 3, "step_size": 0.1, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    for env in (Doubling(table, [1.0]), instance, doubled):
        assert_array_equal(rl.q_learning(env, **options).returns, 2)
    rl.q_learning(fickle, **options)
    assert fickle.unwrapped.lastaction is not None  # it made the steps
    corridor = TimeLimit(environments.short_corridor(), 50)
    assert rl.q_learning(corridor, **options).q.shape == (1, 2)


@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_noisy_rewards_are_normal(hidden):
    env = FiniteEnv([[[(1.0, 0, -3.0, True)]]], [1.0], noise=[[2.0]])
    env, rng = Plain(env) if hidden else env, np.random.default_rng(0)
    result = rl.q_learning(env, episodes=3000, step_size=0.1, epsilon=0.1, rng=rng)
    assert kstest(result.returns, norm(-3, 2).cdf).pvalue > 0.01


@every
def test_schedules_are_functions_of_the_episodes_number(method):
    asked = []
    options = {"rng": np.random.default_rng(0), "epsilon": lambda k: asked.append(k) or 0.5}
    start = method(chain([1.0]), episodes=3, **options)
    method(chain([1.0]), episodes=2, start=start, **options)
    assert asked == [0, 1, 2, 3, 4]


@every
@pytest.mark.parametrize("hidden", [False, True], ids=["table", "steps"])
def test_actions_that_a_state_does_not_have_are_never_taken(method, hidden):
    P = [[[(1.0, 0, 0.0, True)], [(1.0, 0, 1.0, True)], [(1.0, 0, 99.0, True)]]]
    env = FiniteEnv(P, [1.0], action_counts=[2])
    env = Plain(env) if hidden else env
    result = method(env, episodes=200, epsilon=0.8, rng=np.random.default_rng(0))
    assert set(result.returns) == {0.0, 1.0}
    assert result.q[0, 2] == -np.inf
    assert np.isfinite(result.q[0, :2]).all()


def test_the_table_is_left_alone():
    q = np.zeros((48, 4))
    result = rl.q_learning(
        CLIFF, episodes=5, step_size=0.5, epsilon=0.1, rng=np.random.default_rng(0), q=q
    )
    assert not q.any()
    before = result.tables.copy()
    rl.q_learning(
        CLIFF, episodes=5, step_size=0.5, epsilon=0.1, rng=np.random.default_rng(0), start=result
    )
    assert_array_equal(result.tables, before)


def test_blackjack_is_learned():
    """Figure 5.2: the best policy stands on 20 and 21, and hits up to 11, where it cannot bust."""
    env = gymnasium.make("Blackjack-v1", disable_env_checker=True)
    result = rl.mc_control(env, episodes=8000, epsilon=0.2, rng=np.random.default_rng(0))
    policy = result.q.argmax(axis=1).reshape(32, 11, 2)
    counts = result.tables[1].sum(axis=1).reshape(32, 11, 2)
    assert counts[20:22, 10, 0].min() > 50
    assert_array_equal(policy[20:22, 10, 0], 0)
    assert_array_equal(policy[8:11, 10, 0], 1)
    assert -0.4 < result.returns[-2000:].mean() < 0


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"env": None}, TypeError, "as gymnasium.make returns it, got NoneType"),
        ({"episodes": 1.5}, TypeError, "episodes must be an integer, got float"),
        ({"step_size": -0.5}, ValueError, "step_size must be positive and finite, got -0.5"),
        ({"epsilon": 1.5}, ValueError, "epsilon must be from 0 to 1, got 1.5"),
        ({"epsilon": lambda k: -1}, ValueError, "epsilon(0) must be from 0 to 1, got -1"),
        ({"discount": -0.1}, ValueError, "discount must be from 0 to 1, got -0.1"),
        ({"rng": np.random}, TypeError, "rng must be a numpy.random.Generator"),
        ({"q": np.zeros((4, 48))}, ValueError, "q must be a number or have shape (48, 4)"),
        ({"q": "a"}, TypeError, "q must hold real numbers"),
        ({"q": -np.inf}, ValueError, "q must be finite, got -inf"),
        ({"start": np.zeros(3)}, TypeError, "start must be a Learned, got ndarray"),
    ],
)
def test_bad_input_is_refused(change, error, message):
    arguments = {
        "env": CLIFF,
        "episodes": 1,
        "step_size": 0.5,
        "epsilon": 0.1,
        "rng": np.random.default_rng(0),
    } | change
    with pytest.raises(error, match=re.escape(message)):
        rl.sarsa(arguments.pop("env"), **arguments)


def test_starts_that_do_not_fit_are_refused():
    options = {"episodes": 1, "step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    start = rl.q_learning(CLIFF, **options)
    with pytest.raises(ValueError, match="q must be None where there is a start"):
        rl.q_learning(CLIFF, start=start, q=0.0, **options)
    with pytest.raises(ValueError, match=re.escape("must have shape (2, 48, 4), got (1, 48, 4)")):
        rl.double_q_learning(CLIFF, start=start, **options)
    with pytest.raises(ValueError, match=re.escape("must have shape (1, 70, 4)")):
        rl.q_learning(environments.windy_grid(), start=start, **options)
    start = rl.double_q_learning(CLIFF, **options)
    del options["step_size"]
    with pytest.raises(ValueError, match="start must be the result of the same method"):
        rl.mc_control(CLIFF, start=start, **options)
    start = rl.mc_control(CLIFF, **options)
    with pytest.raises(ValueError, match="start must be the result of the same method"):
        rl.double_q_learning(CLIFF, start=start, step_size=0.5, **options)


def test_values_may_be_those_learned_where_a_state_has_fewer_actions():
    options = {"episodes": 5, "step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    env = environments.maximisation_bias()
    first = rl.q_learning(env, **options)
    assert np.isneginf(first.q).any()
    assert_array_equal(np.isfinite(rl.q_learning(env, q=first.q, **options).q), first.q > -np.inf)


def naive_q_learning(env, episodes, step_size, epsilon, rng):
    """Q-learning that looks through whole rows, with the random numbers in the same places."""
    q = np.zeros((env.observation_space.n, env.action_space.n))
    for _ in range(episodes):
        numbers = iter([])

        def draw():
            nonlocal numbers
            for number in numbers:
                return number
            numbers = iter(rng.random(32))
            return next(numbers)

        def pick(probabilities, draw=draw):
            if np.count_nonzero(probabilities) == 1:
                return int(np.argmax(probabilities))
            return int(np.searchsorted(np.cumsum(probabilities)[:-1], draw(), "right"))

        state, ended = pick(env.initial_state_distrib), False
        while not ended:
            best = np.flatnonzero(q[state] == q[state].max())
            if draw() < epsilon:
                best = np.arange(env.action_space.n)
                action = int(best[int(len(best) * draw())])
            else:
                action = int(best[int(len(best) * draw())] if len(best) > 1 else best[0])
            outcomes = env.P[state][action]
            _, following, reward, ended = outcomes[pick([p for p, *_ in outcomes])]
            target = reward + (0 if ended else q[following].max())
            q[state, action] += step_size * (target - q[state, action])
            state = following
    return q


@pytest.mark.parametrize("step_size", [0.5, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_what_is_kept_of_rows_is_what_the_rows_say(seed, step_size):
    # Rewards of few values, so that many actions are equally good again and again.
    rng = np.random.default_rng(seed)
    rewards = rng.integers(-1, 2, size=(6, 4, 2)).astype(float)
    states = rng.integers(0, 6, size=(6, 4, 2))
    P = [
        [
            [(0.25, int(a), r, False), (0.75, int(b), s, b == 5)]
            for (a, b), (r, s) in zip(*each, strict=True)
        ]
        for each in zip(states, rewards, strict=True)
    ]
    env = FiniteEnv(P, [0.5, 0.5, 0, 0, 0, 0])
    plain = naive_q_learning(env, 50, step_size, 0.3, np.random.default_rng(seed))
    options = {"step_size": step_size, "epsilon": 0.3, "rng": np.random.default_rng(seed)}
    assert_array_equal(rl.q_learning(env, episodes=50, **options).q, plain)
    assert len(np.unique(plain)) > 5
