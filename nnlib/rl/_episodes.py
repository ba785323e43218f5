"""Whole episodes, and what they say about values when each is looked at again and again."""

from bisect import bisect
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator, check_numbers, check_share
from nnlib.rl._mdp import check_integers
from nnlib.rl._options import numbers
from nnlib.rl._policies import choices
from nnlib.rl._worlds import env_world

__all__ = ["Episode", "batch_mc", "batch_td", "generate_episodes", "rollout"]


class Episode(NamedTuple):
    """What happened in an episode of T steps.

    Attributes
    ----------
    states : array of int, shape (T + 1,)
        The states, by number, from the first to the one after the last action.
    actions : array of int, shape (T,)
        The actions, by number.
    rewards : array, shape (T,)
        The rewards.
    terminated : bool
        Whether the episode ended by itself. Otherwise it was cut off, by a time limit.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env = environments.random_walk(3)
    >>> episode = rl.rollout(env, [1] * 5, rng=np.random.default_rng(0))
    >>> episode.states, episode.rewards, episode.terminated
    (array([2, 3, 4]), array([0., 1.]), True)
    """

    states: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray
    terminated: bool


def rollout(env, policy, /, *, rng):
    """Follow a policy for one episode.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such. If the policy may go in circles, put a gymnasium.wrappers.TimeLimit around
        it.
    policy : array_like or callable
        As in `mc_prediction`.
    rng : numpy.random.Generator
        Where randomness comes from.

    Returns
    -------
    Episode
        What happened.

    Raises
    ------
    TypeError
        If an argument has a type, or `env` a space, of another kind.
    ValueError
        If `policy` does not fit the environment.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.cliff(), np.random.default_rng(0)
    >>> way = [1] * 48  # to the right
    >>> way[36], way[35] = 0, 2  # after a step up, and before one down
    >>> rl.rollout(env, way, rng=rng).rewards.sum()
    np.float64(-13.0)
    """
    return generate_episodes(env, policy, episodes=1, rng=rng)[0]


def generate_episodes(env, policy, /, *, episodes, rng):
    """Follow a policy for some episodes.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such. If the policy may go in circles, put a gymnasium.wrappers.TimeLimit around
        it.
    policy : array_like or callable
        As in `mc_prediction`.
    episodes : int
        How many, 0 or more.
    rng : numpy.random.Generator
        Where randomness comes from.

    Returns
    -------
    list of Episode
        What happened.

    Raises
    ------
    TypeError
        If an argument has a type, or `env` a space, of another kind.
    ValueError
        If `policy` does not fit the environment, or `episodes` is negative.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> episodes = rl.generate_episodes(env, rl.random_policy(env), episodes=100, rng=rng)
    >>> rl.batch_td(episodes, states=7)[1:-1].round(2)
    array([0.15, 0.28, 0.46, 0.62, 0.78])
    """
    world = env_world(env)
    actions = choices(world, policy)
    check_generator(rng=rng)
    return [_follow(world, actions, rng) for _ in range(check_count(0, episodes=episodes))]


def _follow(world, actions, rng):
    state, draw = world.begin(rng)
    states, chosen, rewards, ended = [state], [], [], False
    while not ended:
        action = bisect(actions[state], draw())
        observation, reward, terminated, ended = world.watch(action)
        state = world.number(observation)
        states.append(state)
        chosen.append(action)
        rewards.append(reward)
    return Episode(np.array(states), np.array(chosen), np.array(rewards, dtype=float), terminated)


def batch_mc(episodes, /, *, states, discount=1.0, values=None):
    r"""Average the returns of all visits to each state.

    This is what Monte Carlo prediction tends to, if the same episodes are shown to it again and
    again with small steps: the values with the smallest squared error on their returns.

    Parameters
    ----------
    episodes : sequence of Episode
        As `generate_episodes` returns them. What was cut off is left out: its returns are unknown.
    states : int
        How many states there are.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    values : array_like, shape (S,), or float, optional
        Values of the states of which there is no return. 0 without it.

    Returns
    -------
    array, shape (S,)
        Value of each state.

    Raises
    ------
    TypeError
        If an argument has another type.
    ValueError
        If an option is out of range, or what an episode holds does not fit together.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 6.3 and example 6.4.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import rl
    >>> first = rl.Episode([0, 1, 2], [0, 0], [0, 0], True)  # A, 0, B, 0
    >>> others = [rl.Episode([1, 2], [0], [r], True) for r in (1, 1, 1, 1, 1, 1, 0)]  # B, 1 …
    >>> rl.batch_mc([first, *others], states=3)[:2]
    array([0.  , 0.75])
    """
    episodes, discount, values = _batch(episodes, states, discount, values)
    sums, counts = np.zeros(values.size), np.zeros(values.size)
    for episode in episodes:
        gain = 0.0
        if episode.terminated:
            for state, reward in zip(episode.states[-2::-1], episode.rewards[::-1], strict=True):
                gain = reward + discount * gain
                sums[state] += gain
                counts[state] += 1
    return np.where(counts > 0, sums / np.maximum(counts, 1), values)


def batch_td(episodes, /, *, states, discount=1.0, values=None):
    r"""Solve for the values that TD(0) tends to on the same episodes, shown again and again.

    With small steps, it settles where the errors of each state sum to 0. These are the values of
    the process whose probabilities and rewards are the means of those that were met: the
    certainty-equivalence estimate. It is found here by solving the linear equations.

    Parameters
    ----------
    episodes : sequence of Episode
        As `generate_episodes` returns them.
    states : int
        How many states there are.
    discount : float, default 1.0
        Discount γ, from 0 to 1.
    values : array_like, shape (S,), or float, optional
        Values of the states that no action was taken in. 0 without it.

    Returns
    -------
    array, shape (S,)
        Value of each state.

    Raises
    ------
    TypeError
        If an argument has another type.
    ValueError
        If an option is out of range, or what an episode holds does not fit together, or the
        episodes do not determine the values: if discount is 1, and from some state none leads to an
        end.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, section 6.3 and example 6.4.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import rl
    >>> first = rl.Episode([0, 1, 2], [0, 0], [0, 0], True)  # A, 0, B, 0
    >>> others = [rl.Episode([1, 2], [0], [r], True) for r in (1, 1, 1, 1, 1, 1, 0)]  # B, 1 …
    >>> rl.batch_td([first, *others], states=3)[:2]
    array([0.75, 0.75])
    """
    episodes, discount, values = _batch(episodes, states, discount, values)
    moves, rewards = np.zeros((values.size, values.size)), np.zeros(values.size)
    counts, ends = np.zeros(values.size), np.zeros(values.size)
    for episode in episodes:
        for state, following in zip(episode.states[:-2], episode.states[1:-1], strict=True):
            moves[state, following] += 1
        *_, state, last = episode.states
        if episode.terminated:
            ends[state] += 1
        else:
            moves[state, last] += 1
        np.add.at(rewards, episode.states[:-1], episode.rewards)
        np.add.at(counts, episode.states[:-1], 1)
    known = (counts == 0) | (ends > 0)
    for _ in range(values.size):
        known |= (moves[:, known] > 0).any(axis=1)
    if discount == 1 and not known.all():
        raise ValueError(
            "episodes must lead from every state to an end, or discount be less than 1, "
            f"got none from {np.flatnonzero(~known)}"
        )
    right = np.where(counts > 0, rewards, values)
    return np.linalg.solve(np.diag(np.maximum(counts, 1)) - discount * moves, right)


def _batch(episodes, states, discount, values):
    """What both take, checked."""
    if not isinstance(episodes, Iterable):
        raise TypeError(f"episodes must be a sequence of Episode, got {type(episodes).__name__}")
    count = check_count(1, states=states)
    return (
        [_checked(f"episodes[{k}]", episode, count) for k, episode in enumerate(episodes)],
        check_share(discount=discount),
        numbers((count,), values=0.0 if values is None else values),
    )


def _checked(name, episode, count):
    """The episode, its states and rewards as arrays that fit together."""
    if not isinstance(episode, Episode):
        raise TypeError(f"{name} must be an Episode, got {type(episode).__name__}")
    states = check_numbers(**{f"{name}.states": episode.states})
    if states.ndim != 1 or len(states) < 2:
        raise ValueError(f"{name}.states must be two states or more, got {episode.states}")
    check_integers(f"{name}.states", "of the shape (T + 1,)", states, count, "states")
    rewards = numbers((len(states) - 1,), **{f"{name}.rewards": episode.rewards})
    return episode._replace(states=states, rewards=rewards)
