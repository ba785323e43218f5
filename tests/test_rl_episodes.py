"""nnlib.rl's episodes: rollouts, batches, and observations of many spaces, by number."""

import re
from math import sqrt

import gymnasium
import numpy as np
import pytest
from gymnasium.wrappers import TimeLimit
from numpy.testing import assert_allclose, assert_array_equal

from nnlib import environments, rl

WALK = environments.random_walk()
RANDOM = rl.random_policy(WALK)


def test_rollouts_say_what_happened():
    rng = np.random.default_rng(0)
    episode = rl.rollout(WALK, [1] * 7, rng=rng)
    assert_array_equal(episode.states, [3, 4, 5, 6])
    assert_array_equal(episode.actions, [1, 1, 1])
    assert_array_equal(episode.rewards, [0, 0, 1])
    assert episode.terminated is True
    cut = rl.rollout(TimeLimit(environments.random_walk(), 2), [1] * 7, rng=rng)
    assert_array_equal(cut.states, [3, 4, 5])
    assert cut.terminated is False
    chances = np.tile([0.25, 0.75], (7, 1))
    episodes = rl.generate_episodes(WALK, chances, episodes=300, rng=rng)
    right = np.concatenate([episode.actions for episode in episodes])
    assert right.mean() == pytest.approx(0.75, abs=3 * sqrt(0.1875 / right.size))


PREDICTOR = [  # Sutton and Barto, example 6.4: A is 0, B is 1
    rl.Episode([0, 1, 2], [0, 0], [0.0, 0.0], True),
    *[rl.Episode([1, 2], [0], [reward], True) for reward in (1, 1, 1, 1, 1, 1, 0)],
]


def test_you_are_the_predictor():
    assert_allclose(rl.batch_mc(PREDICTOR, states=3), [0, 0.75, 0])
    assert_allclose(rl.batch_td(PREDICTOR, states=3, values=0.5), [0.75, 0.75, 0.5])


def test_batches_are_what_small_steps_tend_to():
    rng = np.random.default_rng(2)
    limited = TimeLimit(environments.random_walk(), 6)
    episodes = rl.generate_episodes(limited, RANDOM, episodes=12, rng=rng)
    assert {episode.terminated for episode in episodes} == {True, False}
    values = np.zeros(7)
    for _ in range(3000):  # batch updating, as section 6.3 describes it
        change = np.zeros(7)
        for states, _, rewards, terminated in episodes:
            following = values[states[1:]]
            following[-1] *= not terminated
            np.add.at(change, states[:-1], rewards + 0.9 * following - values[states[:-1]])
        values += 0.02 * change
    assert_allclose(rl.batch_td(episodes, states=7, discount=0.9), values, atol=1e-9)
    whole = [episode for episode in episodes if episode.terminated]
    sums, counts = np.zeros(7), np.zeros(7)
    for states, _, rewards, _ in whole:
        for time, state in enumerate(states[:-1]):
            sums[state] += (0.9 ** np.arange(len(rewards) - time)) @ rewards[time:]
            counts[state] += 1
    expected = sums / np.maximum(counts, 1)
    assert_allclose(rl.batch_mc(episodes, states=7, discount=0.9), expected)


def test_batches_that_never_end_need_a_discount():
    circle = [rl.Episode([0, 1, 0], [0, 0], [1.0, 1.0], False)]
    with pytest.raises(ValueError, match="must lead from every state to an end"):
        rl.batch_td(circle, states=2)
    assert_allclose(rl.batch_td(circle, states=2, discount=0.5), [2, 2])


@pytest.mark.parametrize("batch", [rl.batch_mc, rl.batch_td])
@pytest.mark.parametrize(
    ("episodes", "error", "message"),
    [
        (3, TypeError, "episodes must be a sequence of Episode, got int"),
        (rl.Episode([0, 1], [0], [1.0], True), TypeError, "episodes[0] must be an Episode"),
        ([rl.Episode([0], [], [], True)], ValueError, "episodes[0].states must be two states or"),
        ([rl.Episode([0, 2], [0], [1.0], True)], ValueError, "from 0 to 1, got 2"),
        ([rl.Episode([-1, 0], [0], [1.0], True)], ValueError, "from 0 to 1, got -1"),
        ([rl.Episode([0.5, 1], [0], [1.0], True)], TypeError, "must hold integers"),
        ([rl.Episode([0, 1], [0], [1.0, 2.0], True)], ValueError, "rewards must be a number or"),
        ([rl.Episode([0, 1], [0], [np.nan], True)], ValueError, "rewards must not hold NaN"),
    ],
)
def test_what_is_no_episode_is_refused(batch, episodes, error, message):
    with pytest.raises(error, match=re.escape(message)):
        batch(episodes, states=2)


class Corridor(gymnasium.Env):
    """Someone's own environment: right from 0 to 3; spaces that do not begin at 0."""

    def __init__(self, space, observe):
        self.observation_space, self.observe = space, observe
        self.action_space = gymnasium.spaces.Discrete(2, start=5)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = 0
        return self.observe(0), {}

    def step(self, action):
        assert action in (5, 6)
        self.place = max(0, self.place + (1 if action == 6 else -1))
        return self.observe(self.place), -1.0, self.place == 3, False, {}


DISCRETE, MULTI = gymnasium.spaces.Discrete, gymnasium.spaces.MultiDiscrete
SPACES = {
    "start": (DISCRETE(4, start=-2), lambda k: k - 2, [0, 1, 2]),
    "tuple": (
        gymnasium.spaces.Tuple([DISCRETE(2), DISCRETE(3, start=1)]),
        lambda k: (k // 2, k % 2 + 1),
        [0, 1, 3],
    ),
    "multi": (MULTI([2, 3]), lambda k: np.array([k // 2, k % 2]), [0, 1, 3]),
    "nested": (
        gymnasium.spaces.Tuple([gymnasium.spaces.Tuple([DISCRETE(2)]), MULTI([3, 2])]),
        lambda k: ((k // 2,), np.array([k % 2, 1])),
        [1, 3, 7],
    ),
}


@pytest.mark.parametrize(("space", "observe", "numbers"), SPACES.values(), ids=SPACES)
def test_observations_of_other_spaces_are_numbered(space, observe, numbers):
    env = Corridor(space, observe)
    assert all(space.contains(observe(k)) for k in range(4))
    shown = []
    policy = lambda observation: shown.append(observation) or 6  # noqa: E731
    result = rl.mc_prediction(env, policy, episodes=2, rng=np.random.default_rng(0))
    expected = np.zeros(result.values.size)
    expected[numbers] = [-3, -2, -1]
    assert_array_equal(result.values, expected)
    assert all(space.contains(observation) for observation in shown)
    assert len(shown) == result.values.size
    assert [repr(observation) for observation in shown].index(repr(observe(1))) == numbers[1]
