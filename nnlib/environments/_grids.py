"""Gridworlds of the literature."""

import numpy as np

from nnlib.environments._finite import FiniteEnv

__all__ = ["cliff", "jumping_grid", "small_grid", "windy_grid"]

UP_RIGHT_DOWN_LEFT = [(-1, 0), (0, 1), (1, 0), (0, -1)]
DIAGONALS = [(-1, 1), (1, 1), (1, -1), (-1, -1)]
MOVES = {
    "four": UP_RIGHT_DOWN_LEFT,
    "king": UP_RIGHT_DOWN_LEFT + DIAGONALS,
    "king_and_stay": [*UP_RIGHT_DOWN_LEFT, *DIAGONALS, (0, 0)],
}


def cliff(*, render_mode=None):
    """Cliff walking: a short way along a cliff, and a safe one.

    A grid of 4 rows and 12 columns. The way leads from the lower left corner to the lower right;
    the cells between are a cliff. A step costs 1, and one into the cliff 100: it leads back to the
    start, and the episode goes on. The same as Gymnasium's CliffWalking-v1.

    Parameters
    ----------
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0 to 47, row by row, of which 36 is the start and 47 the goal. Actions 0 up, 1 right,
        2 down, 3 left.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 6.6.

    Examples
    --------
    >>> from nnlib import environments
    >>> env = environments.cliff(render_mode="ansi")
    >>> env.reset(seed=0)
    (36, {'prob': 1.0})
    >>> env.step(0)
    (24, -1.0, False, False, {'prob': 1.0})
    >>> print(env.render())
    ------------
    ------------
    x-----------
    SCCCCCCCCCCG
    """
    desc = ["-" * 12] * 3 + ["S" + "C" * 10 + "G"]

    def outcomes(cell, move):
        cell = _inside(desc, cell, move)
        if desc[cell[0]][cell[1]] == "C":
            return [(1.0, (3, 0), -100.0, False)]
        return [(1.0, cell, -1.0, cell == (3, 11))]

    return _grid(desc, UP_RIGHT_DOWN_LEFT, outcomes, render_mode)


def jumping_grid(*, render_mode=None):
    """A grid of 5×5 cells, of which two are left by a jump with a reward.

    From A every action leads to A', with reward 10, and from B to B', with reward 5. A step off the
    grid leaves the state as it is, with reward −1. All other rewards are 0. It goes on for ever:
    put a gymnasium.wrappers.TimeLimit around it for episodes.

    Parameters
    ----------
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture, where a and b stand for A' and B'.

    Returns
    -------
    FiniteEnv
        States 0 to 24, row by row; each may be the first, with the same probability. Actions 0 up,
        1 right, 2 down, 3 left.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 3.5.

    Examples
    --------
    >>> from nnlib import environments
    >>> environments.jumping_grid().P[1][0]  # from A, in the first row, up
    [(1.0, 21, 10.0, False)]
    """
    desc = ["-A-B-", "-----", "---b-", "-----", "-a---"]

    def outcomes(cell, move):
        if cell == (0, 1):
            return [(1.0, (4, 1), 10.0, False)]
        if cell == (0, 3):
            return [(1.0, (2, 3), 5.0, False)]
        following = _inside(desc, cell, move)
        return [(1.0, following, 0.0 if following == _moved(cell, move) else -1.0, False)]

    return _grid(desc, UP_RIGHT_DOWN_LEFT, outcomes, render_mode, starts="-AaBb")


def small_grid(*, render_mode=None):
    """A grid of 4×4 cells, where episodes end in two opposite corners.

    A step costs 1. A step off the grid leaves the state as it is.

    Parameters
    ----------
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0 to 15, row by row, of which 0 and 15 are terminal; each of the others may be the
        first, with the same probability. Actions 0 up, 1 right, 2 down, 3 left.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 4.1.

    Examples
    --------
    >>> from nnlib import environments
    >>> environments.small_grid().P[1][3]  # from the cell beside the corner into it
    [(1.0, 0, -1.0, True)]
    """
    desc = ["G---", "----", "----", "---G"]

    def outcomes(cell, move):
        following = _inside(desc, cell, move)
        return [(1.0, following, -1.0, following in ((0, 0), (3, 3)))]

    return _grid(desc, UP_RIGHT_DOWN_LEFT, outcomes, render_mode, starts="-")


def windy_grid(*, moves="four", stochastic=False, render_mode=None):
    """A grid where wind blows upward, and harder in the middle.

    A grid of 7 rows and 10 columns; a step costs 1. In the column where a step begins, wind shifts
    it up by as many cells as stand under the column: 0 0 0 1 1 1 2 2 1 0. The edge of the grid
    stops what would leave it.

    Parameters
    ----------
    moves : {"four", "king", "king_and_stay"}
        What the actions are: 0 up, 1 right, 2 down, 3 left; besides them the diagonals, 4 up right,
        5 down right, 6 down left, 7 up left; besides them 8, no move but the wind's.
    stochastic : bool, default False
        Whether wind, where there is any, is by one cell weaker or stronger than said above a third
        of the time each.
    render_mode : {None, "ansi"}
        "ansi": `render` returns a picture.

    Returns
    -------
    FiniteEnv
        States 0 to 69, row by row, of which 30 is the start and 37 the goal.

    Raises
    ------
    ValueError
        If `moves` is not one of those named.

    References
    ----------
    R. S. Sutton and A. G. Barto, "Reinforcement Learning: An Introduction", 2nd edition, MIT Press,
    2018, example 6.5, and exercises 6.9 and 6.10.

    Examples
    --------
    >>> from nnlib import environments
    >>> environments.windy_grid().P[34][1]  # to the right, and one cell up
    [(1.0, 25, -1.0, False)]
    """
    if not isinstance(moves, str) or moves not in MOVES:
        raise ValueError(f"moves must be one of {', '.join(map(repr, MOVES))}, got {moves!r}")
    desc = ["-" * 10] * 3 + ["S------G--"] + ["-" * 10] * 3
    wind = (0, 0, 0, 1, 1, 1, 2, 2, 1, 0)

    def outcomes(cell, move):
        mean = wind[cell[1]]
        strengths = (mean - 1, mean, mean + 1) if stochastic and mean > 0 else (mean,)
        cells = [_inside(desc, cell, (move[0] - strength, move[1])) for strength in strengths]
        return [(1 / len(cells), following, -1.0, following == (3, 7)) for following in cells]

    return _grid(desc, MOVES[moves], outcomes, render_mode)


def _grid(desc, moves, outcomes, render_mode, starts="S"):
    """The environment of a picture: G stands for a goal, where it ends."""
    columns = len(desc[0])
    P = [
        [
            [(1.0, (row, column), 0.0, True)] if kind == "G" else outcomes((row, column), move)
            for move in moves
        ]
        for row, line in enumerate(desc)
        for column, kind in enumerate(line)
    ]
    P = [
        [[(p, row * columns + column, *rest) for p, (row, column), *rest in each] for each in state]
        for state in P
    ]
    initial = np.array([float(kind in starts) for kind in "".join(desc)])
    return FiniteEnv(P, initial / initial.sum(), desc=desc, render_mode=render_mode)


def _moved(cell, move):
    return cell[0] + move[0], cell[1] + move[1]


def _inside(desc, cell, move):
    """The cell where a move leads, if the edge of the grid stops it."""
    row, column = _moved(cell, move)
    return min(max(row, 0), len(desc) - 1), min(max(column, 0), len(desc[0]) - 1)
