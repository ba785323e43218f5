"""Prediction: learning the values of a policy, episode after episode."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator, check_share
from nnlib.rl._options import check_start, initial_values, schedule
from nnlib.rl._policies import choices
from nnlib.rl._worlds import open_world

__all__ = ["Prediction", "predict"]


class Prediction(NamedTuple):
    """What a run of a prediction method has learned about a policy.

    Attributes
    ----------
    values : array, shape (S,)
        Value of each state. States that were not met before an action, such as terminal ones, keep
        their initial values.
    counts : array of int, shape (S,)
        How often each value was moved towards a return; for TD(λ), how often a state was met.
    returns : array, shape (episodes,)
        Sum of the rewards of each episode, not discounted.
    lengths : array of int, shape (episodes,)
        How many steps each episode had.
    history : array, shape (episodes, S)
        Values after each episode, if they were asked for; else no rows.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> env, rng = environments.random_walk(), np.random.default_rng(0)
    >>> policy = rl.random_policy(env)
    >>> result = rl.mc_prediction(env, policy, episodes=1000, rng=rng)
    >>> result.values[1:-1].round(2)  # near to 1/6, 2/6, 3/6, 4/6 and 5/6
    array([0.18, 0.35, 0.5 , 0.68, 0.87])
    >>> more = rl.mc_prediction(env, policy, episodes=1000, rng=rng, start=result)
    >>> more.lengths.shape
    (2000,)
    """

    values: np.ndarray
    counts: np.ndarray
    returns: np.ndarray
    lengths: np.ndarray
    history: np.ndarray


def predict(method, env, policy, episodes, step_size, discount, rng, values, start, history):
    """Run a method for some episodes: what all methods have in common.

    `method(world, actions, values, counts, discount)` returns a function that runs one episode, and
    returns its rewards. `values` are a list then, with one element more, 0, for what follows a
    termination.
    """
    world = open_world(env)
    actions = choices(world, policy)
    episodes = check_count(0, episodes=episodes)
    rate = schedule(step_size=step_size)
    discount = check_share(discount=discount)
    check_generator(rng=rng)
    check_start(start, Prediction, {"values": values})
    counts, returns, lengths, past = [0] * world.states, [], [], np.empty((0, world.states))
    if start is None:
        values = initial_values(world, values=values)
    else:
        values = initial_values(world, **{"start.values": start.values})
        counts, returns, lengths = (each.tolist() for each in start[1:4])
        past = start.history
    run = method(world, actions, values, counts, discount)
    kept = []
    for episode in range(len(returns), len(returns) + episodes):
        state, draw = world.begin(rng)
        rewards = run(state, draw, rate(episode))
        returns.append(sum(rewards))
        lengths.append(len(rewards))
        if history:
            kept.append(values[:-1])
    return Prediction(
        np.array(values[:-1]),
        np.array(counts, dtype=int),
        np.array(returns, dtype=float),
        np.array(lengths, dtype=int),
        np.concatenate([past, np.reshape(kept, (-1, world.states))]),
    )
