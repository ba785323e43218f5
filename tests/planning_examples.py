"""Small MDPs that several test modules plan in."""

import numpy as np

from nnlib import rl

FOUR = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left


def jumping_grid():
    """Sutton and Barto's example 3.5: a grid of 25 states, two of which are left by a jump."""
    P, R = np.zeros((4, 25), int), np.zeros((4, 25))
    for s in range(25):
        for a, (down, right) in enumerate(FOUR):
            row, column = s // 5 + down, s % 5 + right
            inside = 0 <= row < 5 and 0 <= column < 5
            P[a, s], R[a, s] = (5 * row + column, 0) if inside else (s, -1)
    P[:, 1], R[:, 1] = 21, 10
    P[:, 3], R[:, 3] = 13, 5
    return P, R


# Their example 4.1: the ends in two corners, -1 for each step, and the values of figure 4.1.
SMALL = rl.Moves((4, 4), terminal=np.isin(np.arange(16), [0, 15]).reshape(4, 4))
EVEN = np.full((16, 4), 0.25)
SMALL_LIMIT = [0, -14, -20, -22, -14, -18, -20, -20, -20, -20, -18, -14, -22, -20, -14, 0]


def random_mdp(rng, A=3, S=6):
    """A small MDP in which every next state is possible, and some actions are not there."""
    P = rng.dirichlet(np.ones(S), size=(A, S))
    R = rng.normal(size=(A, S))
    R[1, [0, 2]] = -np.inf
    return P, R


def random_policy(rng, R):
    """Probabilities of the actions that there are."""
    weights = np.where(np.isfinite(R.T), rng.random(R.T.shape) + 0.1, 0)
    return weights / weights.sum(axis=1, keepdims=True)
