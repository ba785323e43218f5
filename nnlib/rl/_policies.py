"""Policies of finite environments, as the learners follow them."""

import numpy as np

from nnlib._validation import check_distribution, check_numbers
from nnlib.rl._worlds import cumulated, open_world

__all__ = ["choices", "random_policy"]


def random_policy(env, /):
    """The policy that takes every action with the same probability.

    Parameters
    ----------
    env : gymnasium.Env
        An environment with a discrete action space, and an observation space that is discrete or a
        tuple of such.

    Returns
    -------
    array, shape (S, A)
        Probability of each action in each state; 0 where there is no such action
        (`FiniteEnv.action_counts`).

    Raises
    ------
    TypeError
        If `env` is no such environment.

    Examples
    --------
    >>> from nnlib import environments, rl
    >>> rl.random_policy(environments.random_walk(3))[0]
    array([0.5, 0.5])
    """
    world = open_world(env)
    counts = np.array(world.counts)[:, None]
    return (np.arange(world.actions) < counts) / counts


def choices(world, policy):
    """For each state thresholds: an action's number is how many a uniform number reaches."""
    policy = _probabilities(world, policy)
    if any(row[n:].any() for row, n in zip(policy, world.counts, strict=True)):
        raise ValueError("policy must have probability 0 for actions that a state does not have")
    return [cumulated(row) for row in policy.tolist()]


def _probabilities(world, policy):
    """The policy as an array (S, A)."""
    if callable(policy):
        actions = [policy(observation) for observation in world.observations]
        policy = check_numbers(policy=actions) - world.first_action
    policy = check_numbers(policy=policy)
    one, all_of_them = (world.states,), (world.states, world.actions)
    if policy.shape in (one, world.shape) and policy.dtype.kind in "iu":
        policy = policy.reshape(one)
        if policy.min() < 0 or policy.max() >= world.actions:
            raise ValueError(
                f"policy must be numbers of actions from 0 to {world.actions - 1}, "
                f"got {policy.min()} to {policy.max()}"
            )
        return np.eye(world.actions)[policy]
    if policy.shape not in (all_of_them, (*world.shape, world.actions)):
        raise ValueError(
            f"policy must be integers of shape {one}, or probabilities of shape {all_of_them}, "
            f"got shape {policy.shape} and dtype {policy.dtype}"
        )
    policy = policy.reshape(all_of_them).astype(float)
    check_distribution(policy=policy)
    return policy
