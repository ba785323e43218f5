"""Small finite environments of the literature, for Gymnasium's API, and their dynamics as arrays.

States and actions are numbered from 0. Grids count their cells row by row, from the top left; their
moves are, as in Gymnasium's CliffWalking, 0 up, 1 right, 2 down, 3 left.
"""

try:
    import gymnasium  # noqa: F401
except ImportError as error:
    needed = "nnlib.environments needs Gymnasium: pip install 'nnlib-course[rl]'"
    raise ImportError(needed) from error

from nnlib.environments._chains import maximisation_bias, random_walk, short_corridor
from nnlib.environments._dynamics import dynamics
from nnlib.environments._finite import FiniteEnv
from nnlib.environments._grids import cliff, jumping_grid, small_grid, windy_grid

__all__ = [
    "FiniteEnv",
    "cliff",
    "dynamics",
    "jumping_grid",
    "maximisation_bias",
    "random_walk",
    "short_corridor",
    "small_grid",
    "windy_grid",
]
