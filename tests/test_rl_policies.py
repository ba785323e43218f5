"""Returns, GAE, REINFORCE and actor–critic, against the formulas and numbers of the literature."""

import pickle

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete

import nnlib
from nnlib import rl, training
from nnlib.cheat_sheet import CHEAT_SHEET
from nnlib.environments import short_corridor


class Loop(gymnasium.Env):
    """One state; every action brings 1, and the episode ends or is cut off after so many."""

    observation_space, action_space = Discrete(1), Discrete(2)

    def __init__(self, *, length=1, terminates=True):
        self.length, self.terminates = length, terminates

    def reset(self, *, seed=None, options=None):
        self.taken = 0
        return 0, {}

    def step(self, action):
        self.taken += 1
        over = self.taken == self.length
        return 0, 1.0, over and self.terminates, over and not self.terminates, {}


class Recorder(gymnasium.Wrapper):
    """Keep all that an agent saw and did: a list of steps an episode."""

    def __init__(self, env):
        super().__init__(env)
        self.episodes = []

    def reset(self, **options):
        self.x, info = self.env.reset(**options)
        self.episodes.append([])
        return self.x, info

    def step(self, action):
        result = self.env.step(action)
        self.episodes[-1].append((self.x, action, result[1], result[0], result[2]))
        self.x = result[0]
        return result


def cartpole(limit=500):
    return gymnasium.make("CartPole-v1", max_episode_steps=limit, disable_env_checker=True)


def networks(*sizes, seed=0):
    """Networks of these sizes, without a bias or weight that is 0."""
    rng = np.random.default_rng(seed)
    return [
        {key: rng.normal(0, 0.5, w.shape) for key, w in training.mlp_init(s, rng=rng).items()}
        for s in sizes
    ]


def policy_step(params, X, actions, weights, rate, activation="relu"):
    """The step along Σ weights · ∇ ln π, by the backpropagation of nnlib.training."""

    def loss(logits, labels):
        return weights * nnlib.softmax_cross_entropy(logits, labels)

    def grad(logits, labels):
        return weights[:, None] * nnlib.softmax_cross_entropy_grad(logits, labels)

    return _step(params, X, np.array(actions), (loss, grad), rate, activation)


def value_step(params, X, goals, rate, activation="relu"):
    """The step along Σ (goal - v) ∇v."""

    def loss(values, goals):
        return (values - goals) ** 2 / 2

    return _step(params, X, goals[:, None], (loss, np.subtract), rate, activation)


def _step(params, X, labels, pair, rate, activation):
    _, grads = training.mlp_loss_and_grads(params, X, labels, activation=activation, loss=pair)
    return {key: w - rate * len(X) * grads[key] for key, w in params.items()}  # the sum: no mean


def unpack(episode):
    """Observations (T + 1, n), actions, rewards, and whether it terminated."""
    xs, actions, rewards, following, terminated = zip(*episode, strict=True)
    return np.array([*xs, following[-1]], "float64"), list(actions), list(rewards), terminated[-1]


def values_of(params, X, activation="relu"):
    return training.mlp(params, X, activation=activation)[:, 0]


def assert_same(params, expected):
    assert params.keys() == expected.keys()
    for key, w in params.items():
        np.testing.assert_allclose(w, expected[key], rtol=1e-9, atol=1e-12, err_msg=key)


# ---------------------------------------------------------------------------------------------
# Returns and advantages


def test_returns_of_sutton_and_barto():
    # Exercise 3.8
    returns = rl.discounted_returns([-1, 2, 6, 3, 2], discount=0.5)
    np.testing.assert_array_equal(returns, [2, 6, 8, 4, 2])
    # Exercise 3.9: a reward of 2, and then 7 for ever, which is worth 7 / (1 - 0.9) = 70.
    np.testing.assert_allclose(rl.discounted_returns([2], discount=0.9, bootstrap=70), [65])


def test_returns_by_their_definition():
    rng = np.random.default_rng(0)
    rewards = rng.normal(size=7)
    returns = rl.discounted_returns(rewards, discount=0.7, bootstrap=3.0)
    for t in range(7):
        expected = sum(0.7**k * rewards[t + k] for k in range(7 - t)) + 0.7 ** (7 - t) * 3.0
        assert returns[t] == pytest.approx(expected, rel=1e-12)
    np.testing.assert_array_equal(rl.discounted_returns(rewards, discount=0), rewards)
    undiscounted = rl.discounted_returns(rewards, discount=1)
    np.testing.assert_allclose(undiscounted, rewards[::-1].cumsum()[::-1], rtol=1e-12)
    assert rl.discounted_returns([], discount=0.5).shape == (0,)


def test_gae_by_its_definition():
    rng = np.random.default_rng(1)
    rewards, values, discount, trace = rng.normal(size=6), rng.normal(size=7), 0.9, 0.8
    advantages = rl.gae(rewards, values, discount=discount, trace=trace)
    delta = [rewards[t] + discount * values[t + 1] - values[t] for t in range(6)]
    for t in range(6):
        expected = sum((discount * trace) ** k * delta[t + k] for k in range(6 - t))
        assert advantages[t] == pytest.approx(expected, rel=1e-12)


def test_gae_ends_at_the_errors_and_at_the_returns():
    rng = np.random.default_rng(2)
    rewards, values = rng.normal(size=6), rng.normal(size=7)
    one_step = rl.gae(rewards, values, discount=0.9, trace=0)
    np.testing.assert_allclose(one_step, rewards + 0.9 * values[1:] - values[:-1], rtol=1e-12)
    returns = rl.discounted_returns(rewards, discount=0.9, bootstrap=values[-1])
    whole = rl.gae(rewards, values, discount=0.9, trace=1)
    np.testing.assert_allclose(whole, returns - values[:-1], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: rl.discounted_returns([[1.0]], discount=1), ValueError, "rewards .* one axis"),
        (lambda: rl.discounted_returns(["a"], discount=1), TypeError, "rewards .* real numbers"),
        (lambda: rl.discounted_returns([1.0], discount=1.5), ValueError, "discount .* 0 to 1"),
        (lambda: rl.gae([1.0], [1.0], discount=1, trace=1), ValueError, "1 values and 1 rewards"),
        (lambda: rl.gae([1.0], [1, 2], discount=1, trace=-1), ValueError, "trace .* 0 to 1"),
    ],
)
def test_returns_refuse(call, error, message):
    with pytest.raises(error, match=message):
        call()


# ---------------------------------------------------------------------------------------------
# Steps of the learners, against backpropagation by nnlib.training


@pytest.mark.parametrize("discount_states", [True, False])
@pytest.mark.parametrize("with_baseline", [True, False])
@pytest.mark.parametrize("limit", [4, 500])  # cut off; and ended
@pytest.mark.parametrize("steps", [None, 1, 3])
def test_reinforce_follows_its_formula(discount_states, with_baseline, limit, steps):
    policy, values = networks((4, 5, 2), (4, 3, 1))
    env, rate, value_rate, discount = Recorder(cartpole(limit)), 0.01, 0.02, 0.9
    run = rl.reinforce(
        env,
        policy,
        rng=np.random.default_rng(3),
        episodes=2,
        discount=discount,
        learning_rate=rate,
        baseline=values if with_baseline else None,
        value_learning_rate=value_rate,
        activation="tanh",
        steps=steps,
        discount_states=discount_states,
    )
    assert len(env.episodes) == 2
    for episode, length in zip(env.episodes, run.lengths, strict=True):
        X, actions, rewards, terminated = unpack(episode)
        T = len(actions)
        assert terminated == (limit == 500)
        assert T == length
        last = 0.0
        if with_baseline and not terminated:
            last = values_of(values, X[-1:], "tanh")[0]
        G = rl.discounted_returns(rewards, discount=discount, bootstrap=last)
        for first in range(0, T, steps or T):
            part = slice(first, min(first + (steps or T), T))
            error = G[part]
            if with_baseline:
                error = error - values_of(values, X[part], "tanh")
                values = value_step(values, X[part], G[part], value_rate, "tanh")
            weight = discount ** np.arange(T)[part] if discount_states else 1.0
            policy = policy_step(policy, X[part], actions[part], error * weight, rate, "tanh")
    assert_same(run.params, policy)
    if with_baseline:
        assert_same(run.value_params, values)
    else:
        assert run.value_params is None


@pytest.mark.parametrize("limit", [7, 500])
@pytest.mark.parametrize(("steps", "trace"), [(1, 1.0), (1, 0.0), (3, 0.8), (1000, 0.5)])
def test_actor_critic_follows_its_formula(limit, steps, trace):
    policy, values = networks((4, 5, 2), (4, 3, 1))
    env, rate, value_rate, discount = Recorder(cartpole(limit)), 0.01, 0.02, 0.9
    run = rl.actor_critic(
        env,
        policy,
        values,
        rng=np.random.default_rng(3),
        episodes=2,
        discount=discount,
        learning_rate=rate,
        value_learning_rate=value_rate,
        steps=steps,
        trace=trace,
    )
    for episode in env.episodes:
        X, actions, rewards, terminated = unpack(episode)
        T = len(actions)
        assert terminated == (limit == 500)
        for first in range(0, T, steps):
            end = min(first + steps, T)
            v = values_of(values, X[first : end + 1])
            if terminated and end == T:
                v[-1] = 0.0
            A = rl.gae(rewards[first:end], v, discount=discount, trace=trace)
            weight = discount ** np.arange(first, end)
            values = value_step(values, X[first:end], A + v[:-1], value_rate)
            policy = policy_step(policy, X[first:end], actions[first:end], A * weight, rate)
    assert_same(run.params, policy)
    assert_same(run.value_params, values)


@pytest.mark.parametrize("optimizer", [nnlib.adam, nnlib.momentum])
def test_optimizers_work_as_on_each_array_alone(optimizer):
    (policy,) = networks((4, 5, 2))
    env = Recorder(cartpole())
    options = {"rng": np.random.default_rng(0), "discount": 1.0, "optimizer": optimizer}
    schedule = [0.1, 0.01, 0.001].__getitem__
    run = rl.reinforce(env, policy, episodes=3, learning_rate=schedule, **options)
    states = dict.fromkeys(policy)
    for step, episode in enumerate(env.episodes):
        X, actions, rewards, _ = unpack(episode)
        G = rl.discounted_returns(rewards, discount=1.0)
        gradient = policy_step(policy, X[:-1], actions, G, 1.0)
        for key, w in policy.items():
            w, states[key] = optimizer(
                w, w - gradient[key], states[key], learning_rate=schedule(step)
            )
            gradient[key] = w
        policy = gradient
    for key, w in policy.items():
        np.testing.assert_allclose(run.params[key], w, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("activation", ["relu", "tanh", "silu", CHEAT_SHEET["elu"]])
def test_activations_are_those_of_training(activation):
    policy, values = networks((4, 5, 3, 2), (4, 1))
    env = Recorder(cartpole())
    options = {"rng": np.random.default_rng(0), "activation": activation}
    run = rl.reinforce(env, policy, episodes=1, discount=1.0, learning_rate=0.01, **options)
    X, actions, rewards, _ = unpack(env.episodes[0])
    G = rl.discounted_returns(rewards, discount=1.0)
    assert_same(run.params, policy_step(policy, X[:-1], actions, G, 0.01, activation))


# ---------------------------------------------------------------------------------------------
# What they learn


def corridor_return(right):
    """Value of the corridor's first state, by its three Bellman equations."""
    left = 1 - right
    A = [[1 - left, -right, 0], [-right, 1, -left], [0, -left, 1]]
    return np.linalg.solve(A, [-1, -1, -1])[0]


def corridor_policy(right):
    """A probability for right, as a network: half of the preference is weight, half bias."""
    half = np.array([0.0, np.log(right / (1 - right))]) / 2
    return {"W1": half[None], "b1": half}


def test_short_corridor_has_the_value_of_the_book():
    best = max(np.linspace(0.01, 0.99, 981), key=corridor_return)
    assert best == pytest.approx(2 - np.sqrt(2), abs=6e-4)  # the book: about 0.59
    assert corridor_return(best) == pytest.approx(-11.66, abs=0.005)  # the book: about -11.6
    rng = np.random.default_rng(0)
    returns = rl.sampled_returns(short_corridor(), corridor_policy(0.59), episodes=2000, rng=rng)
    assert abs(returns.mean() - corridor_return(0.59)) < 3 * returns.std() / np.sqrt(2000)
    # The book: the two ε-greedy policies with ε = 0.1 have values of less than -44 and -82.
    assert -45 < corridor_return(0.95) < -44
    assert -83 < corridor_return(0.05) < -82


@pytest.mark.parametrize("with_baseline", [False, True])
def test_steps_are_unbiased_estimates_of_the_gradient(with_baseline):
    right, episodes = 0.3, 800
    policy, rng = corridor_policy(right), np.random.default_rng(1)
    baseline = {"W1": np.array([[-8.0]]), "b1": np.array([-8.0])} if with_baseline else None
    estimates = []
    for _ in range(episodes):
        run = rl.reinforce(
            short_corridor(),
            policy,
            rng=rng,
            episodes=1,
            discount=1.0,
            learning_rate=1.0,
            baseline=baseline,
            value_learning_rate=0.0,
        )
        estimates.append(run.params["b1"][1] - policy["b1"][1])
    # The derivative by the preference for right is right (1 - right) times that by right.
    slope = (corridor_return(right + 1e-5) - corridor_return(right - 1e-5)) / 2e-5
    exact, se = right * (1 - right) * slope, np.std(estimates) / np.sqrt(episodes)
    assert se < abs(exact) / 4  # enough of them to tell
    assert abs(np.mean(estimates) - exact) < 3 * se


def test_reinforce_learns_the_short_corridor():
    run = rl.reinforce(
        short_corridor(),
        corridor_policy(0.05),
        rng=np.random.default_rng(0),
        episodes=1000,
        discount=1.0,
        learning_rate=2.0**-9 / 2,
        baseline={"W1": np.zeros((1, 1)), "b1": np.zeros(1)},
        value_learning_rate=2.0**-6 / 2,
        steps=1,
    )
    assert run.returns[:10].mean() < -40
    assert run.returns[-300:].mean() == pytest.approx(-11.66, abs=2)
    logits = run.params["W1"][0] + run.params["b1"]
    assert 0.45 < nnlib.softmax(logits)[1] < 0.7
    value = run.value_params["W1"][0, 0] + run.value_params["b1"][0]
    assert -14 < value < -5  # a mean over the states that look alike, later ones nearer the end


@pytest.mark.parametrize("learner", ["reinforce", "actor_critic"])
def test_cartpole_is_learned(learner):
    rng = np.random.default_rng(0)
    sizes = (4, 32, 2), (4, 32, 1)
    policy, values = (training.mlp_init(s, rng=rng) for s in sizes)
    options = {"rng": rng, "episodes": 110, "discount": 0.99, "learning_rate": 0.005}
    options |= {"optimizer": nnlib.adam, "activation": "tanh"}
    if learner == "reinforce":
        run = rl.reinforce(cartpole(), policy, baseline=values, **options)
    else:
        run = rl.actor_critic(cartpole(), policy, values, steps=16, trace=0.95, **options)
    assert run.returns[:20].mean() < 40
    assert run.returns[-20:].mean() > 100


@pytest.mark.parametrize(
    ("terminates", "value"),
    [(True, 1.75), (False, 2.0)],  # 1 + ½ + ¼; and 1 + ½ + ¼ + … without end
)
def test_values_look_beyond_a_cut_but_not_beyond_an_end(terminates, value):
    policy, values = networks((1, 2), (1, 1))
    # Of three steps, all states alike, the value is a mean of 1.75, 1.5 and 1 where it ends.
    options = {"rng": np.random.default_rng(0), "episodes": 300, "discount": 0.5}
    options |= {"learning_rate": 0.0, "value_learning_rate": 0.05}
    expected = 2.0 if not terminates else (1.75 + 1.5 + 1) / 3
    env = Loop(length=3, terminates=terminates)
    whole = rl.reinforce(env, policy, baseline=values, **options)
    several = rl.actor_critic(env, policy, values, steps=3, trace=1.0, **options)
    for run in (whole, several):
        found = run.value_params["W1"][0, 0] + run.value_params["b1"][0]
        assert found == pytest.approx(expected, rel=1e-6)
    one = rl.actor_critic(
        Loop(terminates=terminates), policy, values, steps=1, **options
    ).value_params
    assert one["W1"][0, 0] + one["b1"][0] == pytest.approx(1.0 if terminates else 2.0, rel=1e-6)


# ---------------------------------------------------------------------------------------------
# Going on, and stopping


def learners():
    policy, values = networks((4, 5, 2), (4, 3, 1))
    options = {"discount": 0.99, "learning_rate": 0.01, "optimizer": nnlib.adam}

    def with_baseline(**more):
        return rl.reinforce(cartpole(), policy, baseline=values, **options, **more)

    def without(**more):
        return rl.reinforce(cartpole(), policy, **options, **more)

    def one_step(**more):
        return rl.actor_critic(cartpole(), policy, values, **options, **more)

    def several(**more):
        rate = options | {"learning_rate": lambda step: 0.01 / (1 + step)}
        return rl.actor_critic(cartpole(), policy, values, steps=5, trace=0.9, **rate, **more)

    return {f.__name__: f for f in (with_baseline, without, one_step, several)}


def assert_identical(one, other):
    """To the bit, state and all."""
    assert pickle.dumps(one) == pickle.dumps(other) or _equal(one, other)


def _equal(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return np.array_equal(one, other)


@pytest.mark.parametrize("learner", learners())
def test_going_on_gives_the_numbers_of_one_run(learner):
    train = learners()[learner]
    whole = train(rng=np.random.default_rng(5), episodes=12)
    rng = np.random.default_rng(5)
    first = train(rng=rng, episodes=5)
    saved, state = pickle.dumps(first), rng.bit_generator.state
    second = train(rng=rng, episodes=7, start=first)
    assert_identical(second, whole)
    assert len(whole.returns) == 12
    assert pickle.dumps(first) == saved  # which has not been changed
    # Another day: all from the saved state
    again = np.random.default_rng()
    again.bit_generator.state = state
    assert_identical(train(rng=again, episodes=7, start=pickle.loads(saved)), whole)
    assert not _equal(first.params, whole.params)


def test_parameters_passed_are_left_alone():
    policy, values = networks((4, 5, 2), (4, 3, 1))
    before = pickle.dumps((policy, values))
    options = {"rng": np.random.default_rng(0), "episodes": 3, "discount": 1.0}
    rl.actor_critic(cartpole(), policy, values, learning_rate=0.01, **options)
    rl.reinforce(cartpole(), policy, baseline=values, learning_rate=0.01, **options)
    assert pickle.dumps((policy, values)) == before


def test_an_episode_takes_one_number_from_the_generator():
    (policy,) = networks((4, 2))
    rng, other = np.random.default_rng(0), np.random.default_rng(0)
    rl.reinforce(cartpole(), policy, rng=rng, episodes=3, discount=1.0, learning_rate=0.1)
    other.integers(2**63, size=3)
    assert rng.bit_generator.state == other.bit_generator.state


def test_solved_stops_after_a_hundred_good_episodes():
    (policy,) = networks((1, 2))
    options = {"rng": np.random.default_rng(0), "discount": 1.0, "learning_rate": 0.0}
    run = rl.reinforce(Loop(length=3), policy, episodes=200, solved=3.0, **options)
    assert len(run.returns) == 100
    more = rl.reinforce(Loop(length=3), policy, episodes=200, solved=3.0, start=run, **options)
    assert len(more.returns) == 100
    easily = rl.reinforce(Loop(length=3), policy, episodes=200, solved=1.0, **options)
    assert len(easily.returns) == 100
    never = rl.reinforce(Loop(length=3), policy, episodes=120, solved=3.1, **options)
    assert len(never.returns) == 120


# ---------------------------------------------------------------------------------------------
# Playing


def test_greedy_takes_the_first_of_the_largest():
    class Choice(Loop):
        action_space = Discrete(3, start=-1)  # numbered from -1

        def step(self, action):
            return 0, float(action), True, False, {}

    rng = np.random.default_rng(0)
    for outputs, expected in [([1.0, 2.0, 2.0], 0.0), ([3.0, 2.0, 2.0], -1.0), ([1, 2, 3.0], 1.0)]:
        params = {"W1": np.zeros((1, 3)), "b1": np.array(outputs)}
        returns = rl.greedy_returns(Choice(), params, episodes=2, rng=rng)
        np.testing.assert_array_equal(returns, [expected] * 2)
    # Sampled: as often as the softmax says.
    params = {"W1": np.zeros((1, 3)), "b1": np.log([0.2, 0.3, 0.5])}
    returns = rl.sampled_returns(Choice(), params, episodes=3000, rng=rng)
    shares = [(returns == action).mean() for action in (-1, 0, 1)]
    np.testing.assert_allclose(shares, [0.2, 0.3, 0.5], atol=3 * 0.5 / np.sqrt(3000))


def test_numbers_observed_are_one_hot():
    class Numbered(Loop):
        observation_space = Discrete(3, start=10)

        def reset(self, *, seed=None, options=None):
            self.seen = 10 + self.taken % 3 if hasattr(self, "taken") else 10
            self.taken = getattr(self, "taken", 0) + 1
            return self.seen, {}

        def step(self, action):
            return self.seen, float(self.seen - 10 == action), True, False, {}

    env = Numbered()
    env.action_space = Discrete(3)
    params = {"W1": np.eye(3), "b1": np.zeros(3)}
    returns = rl.greedy_returns(env, params, episodes=6, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(returns, 1.0)


# ---------------------------------------------------------------------------------------------
# What is refused


def arguments(**changes):
    policy, values = networks((4, 2), (4, 1))
    defaults = {
        "env": cartpole(),
        "params": policy,
        "value_params": values,
        "rng": np.random.default_rng(0),
        "episodes": 1,
        "discount": 0.9,
        "learning_rate": 0.1,
    }
    return defaults | changes


class Spaces(Loop):
    def __init__(self, observations, actions):
        super().__init__()
        self.observation_space, self.action_space = observations, actions


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"env": 3}, TypeError, "env must be an environment of Gymnasium"),
        (
            {"env": Spaces(Discrete(4), Box(-1, 1))},
            ValueError,
            "env must have a Discrete action space, got Box",
        ),
        (
            {"env": Spaces(MultiDiscrete([2, 2]), Discrete(2))},
            ValueError,
            "env must have a Discrete or a Box observation space, got MultiDiscrete",
        ),
        ({"params": networks((3, 2))[0]}, ValueError, "params .* 4 inputs and 2 outputs"),
        ({"params": networks((4, 3))[0]}, ValueError, "params .* 4 inputs and 2 outputs"),
        ({"params": None}, TypeError, "params must be a dict"),
        ({"value_params": networks((4, 2))[0]}, ValueError, "value_params .* 1 output"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"episodes": -1}, ValueError, "episodes must be 0 or more"),
        ({"discount": 2}, ValueError, "discount must be from 0 to 1"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate must be 0 or more"),
        ({"steps": 0}, ValueError, "steps must be 1 or more"),
        ({"trace": 2}, ValueError, "trace must be from 0 to 1"),
        ({"solved": "yes"}, TypeError, "solved must be a real number"),
        ({"start": 3}, TypeError, "start must be the result of an earlier run, got int"),
        ({"activation": "soft"}, ValueError, "activation must be one of"),
    ],
)
def test_learners_refuse(changes, error, message):
    options = arguments(**changes)
    env, params, value_params = (options.pop(key) for key in ("env", "params", "value_params"))
    with pytest.raises(error, match=message):
        rl.actor_critic(env, params, value_params, **options)
    if "trace" not in options:
        with pytest.raises(error, match=message.replace("value_params", "baseline")):
            rl.reinforce(env, params, baseline=value_params, **options)


def test_start_must_be_of_the_same_kind():
    options = arguments()
    env, params, value_params = (options.pop(key) for key in ("env", "params", "value_params"))
    run = rl.reinforce(env, params, **options)
    with pytest.raises(ValueError, match="start must be the result of an earlier run with"):
        rl.reinforce(env, params, baseline=value_params, start=run, **options)
    with pytest.raises(ValueError, match="start must be the result of an earlier run with"):
        rl.dqn(env, params, epsilon=0.1, start=run, **options)
    with pytest.raises(ValueError, match=r"start must .* shapes .*W1"):
        rl.reinforce(env, networks((4, 3, 2))[0], start=run, **options)
