"""Deep Q-learning and its replay buffer, against the formulas."""

import pickle
from copy import deepcopy

import gymnasium
import numpy as np
import pytest

import nnlib
from nnlib import rl, training


def cartpole(limit=500):
    return gymnasium.make("CartPole-v1", max_episode_steps=limit, disable_env_checker=True)


def network(sizes, seed=0):
    rng = np.random.default_rng(seed)
    params = training.mlp_init(sizes, rng=rng)
    return {key: rng.normal(0, 0.5, w.shape) for key, w in params.items()}


OPTIONS = {"discount": 0.9, "learning_rate": 0.01, "epsilon": 0.3, "warm_up": 3}


# ---------------------------------------------------------------------------------------------
# The buffer


def fill(buffer, numbers):
    """Step k has all its numbers made of k."""
    for k in numbers:
        buffer.add([k, -k], k % 3, k / 2, [k + 1, -k - 1], k % 2 == 0)


def test_buffer_keeps_the_last_steps():
    buffer = rl.ReplayBuffer(4, 2)
    assert len(buffer) == 0
    fill(buffer, range(3))
    assert len(buffer) == 3
    np.testing.assert_array_equal(buffer.steps.observations[:, 0], [0, 1, 2])
    fill(buffer, range(3, 10))
    assert len(buffer) == 4
    assert sorted(buffer.steps.observations[:, 0]) == [6, 7, 8, 9]
    for x, action, reward, following, terminated in zip(*buffer.steps, strict=True):
        k = x[0]
        assert (x[1], action, reward, terminated) == (-k, k % 3, k / 2, k % 2 == 0)
        np.testing.assert_array_equal(following, [k + 1, -k - 1])


def test_buffer_draws_each_step_as_often():
    buffer, n = rl.ReplayBuffer(5, 2), 10_000
    fill(buffer, range(7))
    batch = buffer.sample(n, rng=np.random.default_rng(0))
    shares = [(batch.observations[:, 0] == k).mean() for k in range(2, 7)]
    np.testing.assert_allclose(shares, 0.2, atol=4 * 0.4 / np.sqrt(n))
    assert np.isin(batch.observations[:, 0], range(2, 7)).all()
    np.testing.assert_array_equal(batch.rewards, batch.observations[:, 0] / 2)  # rows stay whole
    np.testing.assert_array_equal(batch.following[:, 0], batch.observations[:, 0] + 1)
    # Of a buffer not yet full, only what it has
    few = rl.ReplayBuffer(100, 2)
    fill(few, [4, 5])
    assert set(few.sample(50, rng=np.random.default_rng(0)).rewards) == {2.0, 2.5}


def test_buffer_draws_copies():
    buffer = rl.ReplayBuffer(1, 2)
    fill(buffer, [1])
    batch = buffer.sample(1, rng=np.random.default_rng(0))
    fill(buffer, [2])
    assert batch.rewards[0] == 0.5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rl.ReplayBuffer(0, 4), ValueError, "capacity must be 1 or more"),
        (lambda: rl.ReplayBuffer(5, 2.0), TypeError, "inputs must be an integer"),
        (lambda: rl.ReplayBuffer(5, 2).sample(1, rng=0), TypeError, "rng must be a numpy"),
        (
            lambda: rl.ReplayBuffer(5, 2).sample(1, rng=np.random.default_rng(0)),
            ValueError,
            "must hold a step",
        ),
    ],
)
def test_buffer_refuses(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---------------------------------------------------------------------------------------------
# Learning


class Watched(rl.ReplayBuffer):
    """Keeps the batches that were drawn."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.batches = []

    def sample(self, size, /, *, rng):
        self.batches.append(super().sample(size, rng=rng))
        return self.batches[-1]


@pytest.mark.parametrize("double", [True, False])
@pytest.mark.parametrize(("rate", "every"), [(0.1, 1), (1.0, 4), (1.0, 1)])
def test_dqn_follows_its_formula(monkeypatch, double, rate, every):
    monkeypatch.setitem(rl.dqn.__globals__, "ReplayBuffer", Watched)
    params = network((4, 5, 2))
    options = OPTIONS | {"double": double, "target_rate": rate, "target_every": every}
    options |= {"optimizer": nnlib.sgd, "batch_size": 6, "activation": "tanh"}
    options["learning_rate"] = 0.1
    run = rl.dqn(cartpole(), params, rng=np.random.default_rng(0), episodes=4, **options)
    target, batches, chosen_otherwise = params, run.state["buffer"].batches, 0
    assert len(batches) == run.lengths.sum() - 3  # the warm-up
    assert sum(batch.terminated.sum() for batch in batches) > 0
    for step, batch in enumerate(batches, start=1):
        values = training.mlp(target, batch.following, activation="tanh")
        own = training.mlp(params, batch.following, activation="tanh")
        best = (own if double else values).argmax(axis=1)
        chosen_otherwise += (best != values.argmax(axis=1)).sum()
        ends = batch.terminated
        y = batch.rewards + 0.9 * (1 - ends) * values[np.arange(6), best]

        def loss(q, labels, y=y):
            return (q[np.arange(6), labels] - y) ** 2 / 2

        def grad(q, labels, y=y):
            return np.eye(2)[labels] * (q - y[:, None])

        _, grads = training.mlp_loss_and_grads(
            params, batch.observations, batch.actions, activation="tanh", loss=(loss, grad)
        )
        params = {key: w - 0.1 * grads[key] for key, w in params.items()}
        if step % every == 0:
            target = {key: w + rate * (params[key] - w) for key, w in target.items()}
    for key, w in params.items():
        np.testing.assert_allclose(run.params[key], w, rtol=1e-9, atol=1e-12)
    target_found = run.state["networks"]["target"]["params"]
    for key, w in target.items():
        np.testing.assert_allclose(target_found[key], w, rtol=1e-9, atol=1e-12)
    if double and (rate, every) == (0.1, 1):
        assert chosen_otherwise > 0  # so that it is seen which network chooses


def test_gradients_are_shortened():
    params = network((4, 2))
    options = OPTIONS | {"optimizer": nnlib.sgd, "warm_up": 0, "learning_rate": 1.0}
    run = rl.dqn(
        cartpole(limit=1),
        params,
        rng=np.random.default_rng(0),
        episodes=1,
        max_norm=0.125,
        **options,
    )
    moved = [run.params[key] - w for key, w in params.items()]
    assert np.sqrt(sum((each**2).sum() for each in moved)) == pytest.approx(0.125, rel=1e-9)


class Loop(gymnasium.Env):
    """One state; every action brings 1, and the episode ends, or is cut off."""

    observation_space, action_space = gymnasium.spaces.Discrete(1), gymnasium.spaces.Discrete(2)

    def __init__(self, terminates):
        self.terminates = terminates

    def reset(self, *, seed=None, options=None):
        return 0, {}

    def step(self, action):
        return 0, 1.0, self.terminates, not self.terminates, {}


@pytest.mark.parametrize(("terminates", "value"), [(True, 1.0), (False, 10.0)])
def test_values_look_beyond_a_cut_but_not_beyond_an_end(terminates, value):
    run = rl.dqn(
        Loop(terminates),
        network((1, 2)),
        rng=np.random.default_rng(0),
        episodes=600,
        optimizer=nnlib.sgd,
        batch_size=8,
        target_rate=1.0,
        **(OPTIONS | {"learning_rate": 0.5}),
    )
    np.testing.assert_allclose(run.params["W1"][0] + run.params["b1"], value, rtol=1e-4)


def test_values_of_a_lake_are_those_of_the_optimal_policy():
    env, rng = gymnasium.make("FrozenLake-v1", is_slippery=False), np.random.default_rng(0)
    options = OPTIONS | {"learning_rate": 0.02, "epsilon": 0.6, "warm_up": 100}
    run = rl.dqn(env, training.mlp_init((16, 4), rng=rng), rng=rng, episodes=400, **options)
    assert rl.greedy_returns(env, run.params, episodes=3, rng=rng).tolist() == [1, 1, 1]
    # Six moves lead from the start to the goal, whose reward comes with the last one: 0.9⁵ there.
    along = [0, 4, 8, 9, 13, 14]
    values = training.mlp(run.params, np.eye(16)[along]).max(axis=1)
    np.testing.assert_allclose(values, 0.9 ** np.arange(5, -1, -1.0), atol=0.03)


def test_epsilon_is_the_share_of_random_actions():
    class Count(Loop):
        actions = []

        def step(self, action):
            self.actions.append(action)
            return super().step(action)

    params = {"W1": np.array([[0.0, 1.0]]), "b1": np.zeros(2)}  # the second is the best
    asked = []

    def epsilon(step):
        asked.append(step)
        return 1.0 if step < 400 else 0.0

    options = OPTIONS | {"epsilon": epsilon, "learning_rate": 0.0}
    env, rng = Count(terminates=True), np.random.default_rng(0)
    rl.dqn(env, params, rng=rng, episodes=500, **options)
    actions = np.array(env.actions)
    assert abs(actions[:400].mean() - 0.5) < 3 * 0.5 / 20
    assert (actions[400:] == 1).all()
    assert asked[-500:] == list(range(500))
    # A new agent counts from where it was.
    run = rl.dqn(env, params, rng=rng, episodes=2, **options)
    rl.dqn(env, params, rng=rng, episodes=2, start=run, **options)
    assert asked[-2:] == [2, 3]


def _equal(one, other):
    if isinstance(one, rl.ReplayBuffer):
        return _equal(vars(one), vars(other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return np.array_equal(one, other)


@pytest.mark.parametrize("target", [(0.01, 1), (1.0, 7)])
def test_going_on_gives_the_numbers_of_one_run(target):
    params = network((4, 5, 2))
    options = OPTIONS | dict(zip(("target_rate", "target_every"), target, strict=True))
    options |= {"batch_size": 4, "buffer_size": 50, "epsilon": lambda step: 1 / (1 + step / 20)}
    whole = rl.dqn(cartpole(), params, rng=np.random.default_rng(1), episodes=9, **options)
    assert whole.lengths.sum() > 60  # the buffer was full
    rng = np.random.default_rng(1)
    first = rl.dqn(cartpole(), params, rng=rng, episodes=4, **options)
    saved, kept = pickle.dumps((first, rng.bit_generator.state)), deepcopy(first)
    second = rl.dqn(cartpole(), params, rng=rng, episodes=5, start=first, **options)
    assert _equal(second, whole)
    assert _equal(first, kept)  # has not been changed
    loaded, state = pickle.loads(saved)
    rng = np.random.default_rng()
    rng.bit_generator.state = state
    assert _equal(rl.dqn(cartpole(), params, rng=rng, episodes=5, start=loaded, **options), whole)
    assert not _equal(first.params, whole.params)


def test_parameters_passed_are_left_alone():
    params = network((4, 5, 2))
    before = pickle.dumps(params)
    rl.dqn(cartpole(), params, rng=np.random.default_rng(0), episodes=3, **OPTIONS)
    assert pickle.dumps(params) == before


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"epsilon": 1.5}, ValueError, "epsilon must be from 0 to 1"),
        ({"epsilon": lambda step: -1.0}, ValueError, "epsilon must be from 0 to 1"),
        ({"target_rate": 2}, ValueError, "target_rate must be from 0 to 1"),
        ({"target_every": 0}, ValueError, "target_every must be 1 or more"),
        ({"batch_size": 0}, ValueError, "batch_size must be 1 or more"),
        ({"buffer_size": 0}, ValueError, "capacity must be 1 or more"),
        ({"warm_up": -1}, ValueError, "warm_up must be 0 or more"),
        ({"max_norm": 0}, ValueError, "max_norm must be positive"),
        ({"discount": -0.1}, ValueError, "discount must be from 0 to 1"),
        ({"start": 3}, TypeError, "start must be the result of an earlier run"),
        ({"rng": 1}, TypeError, "rng must be a numpy.random.Generator"),
    ],
)
def test_dqn_refuses(changes, error, message):
    options = OPTIONS | {"rng": np.random.default_rng(0), "episodes": 1} | changes
    with pytest.raises(error, match=message):
        rl.dqn(cartpole(), network((4, 2)), **options)


def test_network_must_fit():
    with pytest.raises(ValueError, match="params must be of a network with 4 inputs and 2 outputs"):
        rl.dqn(cartpole(), network((4, 3)), rng=np.random.default_rng(0), episodes=1, **OPTIONS)
