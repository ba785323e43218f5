"""Environments as the tabular learners see them: numbered states, and few instructions a step."""

import sys
from bisect import bisect
from itertools import accumulate, chain, product
from math import cos, log, pi, prod, sqrt

import gymnasium
import numpy as np
from gymnasium.envs.toy_text.cliffwalking import CliffWalkingEnv
from gymnasium.envs.toy_text.frozen_lake import FrozenLakeEnv
from gymnasium.envs.toy_text.taxi import TaxiEnv
from gymnasium.spaces import Discrete, MultiDiscrete, Tuple
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker, TimeLimit

from nnlib.environments import FiniteEnv

__all__ = ["END", "cumulated", "env_world", "open_world", "uniforms"]

END = -1  # as an index, the last element: tables have one more, for what follows the end, with 0
TABLES = (FiniteEnv, CliffWalkingEnv, FrozenLakeEnv, TaxiEnv)


def open_world(env):
    """A view of `env` through its table, if its `step` does no more than the table says."""
    base, limit = _checked(env), sys.maxsize
    while type(base) in (OrderEnforcing, PassiveEnvChecker, TimeLimit):
        if type(base) is TimeLimit:
            limit = min(limit, base._max_episode_steps)
        base = base.env
    return _TableWorld(base, limit) if _is_its_table(base) else _EnvWorld(env)


def env_world(env):
    """A view of `env` through its `reset` and `step`."""
    return _EnvWorld(_checked(env))


def _checked(env):
    if not isinstance(env, gymnasium.Env):
        raise TypeError(
            f"env must be a gymnasium.Env, as gymnasium.make returns it, got {type(env).__name__}"
        )
    return env


def uniforms(rng):
    """A function that returns uniform random numbers, 0 or more and less than 1.

    They are drawn 32 at a time. Those left over are lost with the function, so that the state of
    `rng` alone says how its next user goes on.
    """
    return chain.from_iterable(iter(lambda: rng.random(32).tolist(), None)).__next__


def _is_its_table(base):
    """Whether the table of an environment, without wrappers, says all about it."""
    return (
        any(type(base).step is each.step and type(base).reset is each.reset for each in TABLES)
        and not {"step", "reset"} & set(vars(base))
        and base.render_mode != "human"  # who watches needs its steps
        and not getattr(base, "fickle_passenger", False)
        and getattr(base, "observations", None) is None
    )


class _World:
    """What both views have.

    `states` is their number, `counts` how many actions each of them has, and `shape` that of arrays
    over the observations. `outcomes[state][action]` is a tuple (next state, reward, whether it has
    ended) where it is known and nothing is random, else None: then `step` says it. An episode
    begins with `begin(rng)`, which returns the first state and a function that draws random
    numbers; `limit` counts its steps, up to a time limit. What follows a termination is END.
    """

    def __init__(self, env):
        self.shape, self.number = _numbering(env.observation_space)
        self.states, self.limit = prod(self.shape), range(sys.maxsize)
        if not isinstance(env.action_space, Discrete):
            raise TypeError(
                f"env's action_space must be Discrete, got {env.action_space}; "
                "gymnasium.wrappers.TransformAction can number the actions"
            )
        self.actions = int(env.action_space.n)
        counts = getattr(env.unwrapped, "action_counts", None)
        aliased = getattr(env.unwrapped, "observations", None) is not None
        self.counts = [self.actions] * self.states if counts is None or aliased else list(counts)
        self.observations = _observations(env.observation_space)
        self.first_action = int(env.action_space.start)


class _TableWorld(_World):
    def __init__(self, base, limit):
        super().__init__(base)
        self.limit = range(limit)
        self.outcomes = [[None] * self.actions for _ in range(self.states)]
        self.begin, self.step = self._play(base)

    def _play(self, base):
        """The functions `begin` and `step`. The table is read where, and when, it is needed."""
        table, noise, outcomes = base.P, getattr(base, "noise", None), self.outcomes
        chances = [[None] * self.actions for _ in range(self.states)]
        starts = np.flatnonzero(base.initial_state_distrib).tolist()
        start_thresholds = cumulated(base.initial_state_distrib[starts].tolist())
        draw = None

        def begin(rng):
            nonlocal draw
            draw = uniforms(rng)
            return starts[bisect(start_thresholds, draw()) if start_thresholds else 0], draw

        def read(state, action):
            chances[state][action] = both = _chances(table[state][action])
            if not both[0] and (noise is None or not noise[state, action]):
                outcomes[state][action] = both[1][0]
            return both

        def step(state, action):
            thresholds, possible = chances[state][action] or read(state, action)
            return possible[bisect(thresholds, draw()) if thresholds else 0]

        def noisy_step(state, action):
            following, reward, ended = step(state, action)
            spread = float(noise[state, action])
            return following, reward + spread * _normal(draw) if spread else reward, ended

        return begin, step if noise is None else noisy_step


class _EnvWorld(_World):
    def __init__(self, env):
        super().__init__(env)
        self.env = env
        self.outcomes = [[None] * self.actions] * self.states

    def begin(self, rng):
        observation, _ = self.env.reset(seed=int(rng.integers(2**31)))
        return self.number(observation), uniforms(rng)

    def step(self, state, action):
        observation, reward, terminated, ended = self.watch(action)
        return END if terminated else self.number(observation), reward, ended

    def watch(self, action):
        """Step, and see what is observed even where it has terminated."""
        observation, reward, terminated, truncated, _ = self.env.step(action + self.first_action)
        return observation, float(reward), bool(terminated), bool(terminated or truncated)


def _chances(outcomes):
    """What may follow, as thresholds for a uniform number and the outcomes between them."""
    possible = [
        (END if terminated else int(following), float(reward), bool(terminated))
        for probability, following, reward, terminated in outcomes
        if probability > 0
    ]
    if len(possible) == 1:
        return [], possible
    return cumulated([outcome[0] for outcome in outcomes if outcome[0] > 0]), possible


def cumulated(probabilities):
    """Sums of the first probabilities, of the first two, …, without the sum of all, which is 1."""
    *sums, total = accumulate(probabilities)
    return [each / total for each in sums]


def _normal(draw):
    """A normal random number of two uniform ones, by the method of Box and Muller."""
    return sqrt(-2 * log(1 - draw())) * cos(2 * pi * draw())


def _numbering(space):
    """The shape of arrays over the space's elements, and a function that numbers the elements."""
    if isinstance(space, Discrete):
        n, start = int(space.n), int(space.start)

        def number(element):
            index = int(element) - start
            if not 0 <= index < n:
                raise ValueError(f"an observation must be of {space}, got {element}")
            return index

        return (n,), number
    if isinstance(space, MultiDiscrete):
        parts = [_numbering(Discrete(n)) for n in space.nvec.ravel().tolist()]
        offsets = space.start.ravel().tolist()
        elements = lambda array: (  # noqa: E731
            each - offset for each, offset in zip(np.ravel(array).tolist(), offsets, strict=True)
        )
    elif isinstance(space, Tuple):
        parts = [_numbering(part) for part in space]
        elements = tuple
    else:
        raise TypeError(
            "env's observation_space must be Discrete, MultiDiscrete, or a Tuple of such spaces, "
            f"got {space}; gymnasium.wrappers.TransformObservation can number the observations"
        )
    sizes = [prod(shape) for shape, _ in parts]

    def number(element):
        total = 0
        for each, size, (_, index) in zip(elements(element), sizes, parts, strict=True):
            total = total * size + index(each)
        return total

    return tuple(n for shape, _ in parts for n in shape), number


def _observations(space):
    """All elements of a space, in the order of their numbers."""
    if isinstance(space, Discrete):
        return range(int(space.start), int(space.start + space.n))
    if isinstance(space, MultiDiscrete):
        bounds = zip(space.start.ravel().tolist(), space.nvec.ravel().tolist(), strict=True)
        grid = product(*(range(start, start + n) for start, n in bounds))
        return [np.reshape(each, space.nvec.shape) for each in grid]
    return list(product(*map(_observations, space)))
