"""Control: learning action values, and acting by them, episode after episode."""

from typing import NamedTuple

import numpy as np

from nnlib._validation import check_count, check_generator, check_share
from nnlib.rl._options import check_start, initial_tables, padded, schedule
from nnlib.rl._worlds import open_world

__all__ = ["Learned", "any_best", "best_of", "choose", "learn"]


class Learned(NamedTuple):
    """What a run of a control method has learned.

    Attributes
    ----------
    q : array, shape (S, A)
        Action values; those of the mean of both tables after double Q-learning. Where a state has
        fewer actions than others (`FiniteEnv.action_counts`), the rest are −∞.
    returns : array, shape (episodes,)
        Sum of the rewards of each episode, not discounted.
    lengths : array of int, shape (episodes,)
        How many steps each episode had.
    tables : array, shape (1, S, A) or (2, S, A)
        What to go on from: `q`; both tables after double Q-learning; `q` and how many returns each
        value has met after Monte Carlo control.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import environments, rl
    >>> options = {"step_size": 0.5, "epsilon": 0.1, "rng": np.random.default_rng(0)}
    >>> result = rl.q_learning(environments.cliff(), episodes=200, **options)
    >>> result.q.shape, result.returns.shape
    ((48, 4), (200,))
    >>> more = rl.q_learning(environments.cliff(), episodes=300, start=result, **options)
    >>> more.returns.shape
    (500,)
    """

    q: np.ndarray
    returns: np.ndarray
    lengths: np.ndarray
    tables: np.ndarray


def learn(method, env, episodes, step_size, epsilon, discount, rng, q, start, second=None):
    """Run a method for some episodes: what all methods have in common.

    There may be a `second` table, of "values" too, or of "counts", which begin at 0.
    `method(world, *tables, discount)` returns a function that runs one episode, and returns its
    rewards. A table is a list of rows then, with one more, 0, for what follows a termination; what
    follows the last step before a time limit has its own value.
    """
    world = open_world(env)
    episodes = check_count(0, episodes=episodes)
    rate, exploration = schedule(step_size=step_size), schedule(check_share, epsilon=epsilon)
    discount = check_share(discount=discount)
    check_generator(rng=rng)
    check_start(start, Learned, {"q": q})
    tables = initial_tables(
        world, (q, {"values": q, "counts": 0}[second]) if second else (q,), start
    )
    returns, lengths = ([], []) if start is None else (each.tolist() for each in start[1:3])
    if start is not None and not np.array_equal(start.q, _joined(start.tables, second)):
        raise ValueError("start must be the result of the same method, got another's tables")
    run = method(world, *tables, discount)
    for episode in range(len(returns), len(returns) + episodes):
        state, draw = world.begin(rng)
        rewards = run(state, draw, rate(episode), exploration(episode))
        returns.append(sum(rewards))
        lengths.append(len(rewards))
    tables = np.array([padded(rows, world.actions) for rows in tables])
    q = _joined(tables, second)
    return Learned(q, np.array(returns, dtype=float), np.array(lengths, dtype=int), tables)


def _joined(tables, second):
    """The action values that the tables stand for."""
    return np.mean(tables, axis=0) if second == "values" else np.array(tables[0])


def choose(row, epsilon, draw):
    """Any action with probability ε, else one of the best."""
    return int(len(row) * draw()) if draw() < epsilon else any_best(row, draw)


def any_best(row, draw):
    """One of the best actions, each with the same probability."""
    action = best_of(row, max(row))
    return action[int(len(action) * draw())] if type(action) is list else action


def best_of(row, best):
    """The action of the best value, or a list of them where several have it."""
    if row.count(best) == 1:
        return row.index(best)
    return [action for action, value in enumerate(row) if value == best]
