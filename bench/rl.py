"""Time reinforcement learning: sweeps against copies of an array, and nnlib against plain loops.

make bench

Both sides of a case take turns in one process, and what counts is the median of the ratios.
"""

import argparse
import os
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import NamedTuple

import gymnasium
import numpy as np

from nnlib.rl import Moves, q_learning, value_iteration


class Case(NamedTuple):
    """Two functions without arguments, which return the seconds that one unit of work took.

    `bar` is the ratio, the second's time to the first's, that must be reached; or if it is
    negative, the ratio of the first's time to the second's that must not be exceeded.
    """

    ours: Callable
    theirs: Callable
    bar: float


def seconds(run, times=1):
    """Mean processor time of a call."""
    begin = process_time()
    for _ in range(times):
        run()
    return (process_time() - begin) / times


# ---------------------------------------------------------------------------------------------
# Value iteration on a grid with a goal and random rewards

DISCOUNT, TOLERANCE = 0.9, 1e-10


def grid(rows, columns):
    """The grid, and the same as a table of next states with the rewards."""
    terminal = np.zeros((rows, columns), bool)
    terminal[-1, -1] = True
    moves = Moves((rows, columns), terminal=terminal)
    rewards = np.random.default_rng(0).uniform(-1, 0, size=(4, rows * columns))
    rewards[:, -1] = 0
    return moves, moves.successors(), rewards


def solve(dynamics, rewards):
    """The optimal values, to a tolerance that takes some two hundred sweeps."""
    return value_iteration(dynamics, rewards, discount=DISCOUNT, tolerance=TOLERANCE)


def sweeps_of(dynamics, rewards, times=1):
    """Seconds of a sweep; all that comes before and after them is counted too."""
    sweeps = solve(dynamics, rewards).sweeps
    return lambda: seconds(lambda: solve(dynamics, rewards), times) / sweeps


def copies_of(states):
    """Seconds of a copy of the values."""
    values, copy = np.random.default_rng(0).normal(size=(2, states))
    return lambda: seconds(lambda: np.copyto(copy, values), times=50)


def loops(next_states, rewards):
    """Value iteration as it is often written: loops over the table of a Gymnasium environment."""
    actions, states = next_states.shape
    table = [
        [[(1.0, int(next_states[a, s]), float(rewards[a, s]), False)] for a in range(actions)]
        for s in range(states)
    ]

    def run():
        values, sweeps, change = np.zeros(states), 0, np.inf
        while change > TOLERANCE:
            new, change, sweeps = np.zeros(states), 0, sweeps + 1
            for s in range(states):
                q = np.zeros(actions)
                for a in range(actions):
                    for p, after, reward, ended in table[s][a]:
                        q[a] += p * (reward + DISCOUNT * values[after] * (not ended))
                new[s] = np.max(q)
                change = max(change, abs(new[s] - values[s]))
            values = new
        return values, sweeps

    return run


def planning():
    """The cases of value iteration."""
    moves, table, rewards = grid(1000, 1000)
    copies = copies_of(1000 * 1000)
    _, small, few = grid(25, 40)
    plain = loops(small, few)
    solution = solve(small, few)
    values, sweeps = plain()
    if sweeps != solution.sweeps or not np.allclose(values, solution.values, rtol=1e-12):
        raise SystemExit("nnlib and the loops have different values")
    return {
        "sweep of a grid / copy": Case(sweeps_of(moves, rewards), copies, -25),
        "sweep of a table / copy": Case(sweeps_of(table, rewards), copies, -60),
        "loops / 1,000 states": Case(
            sweeps_of(small, few, times=20), lambda: seconds(plain) / sweeps, 300
        ),
    }


# ---------------------------------------------------------------------------------------------
# Q-learning, whole runs. The plain loop takes the first of equal actions, and nnlib any of them, so
# that their episodes differ in length: what is compared is the time of a step.


class Task(NamedTuple):
    """An environment, and what is told to both sides."""

    name: str
    episodes: int
    step_size: float
    bar: float
    epsilon: float = 0.1


# On the lake and in the taxi the ratio is 14 to 18 from one run of this file to the next.
TASKS = (
    Task("CliffWalking-v1", 500, 0.5, bar=15),
    Task("FrozenLake-v1", 1000, 0.1, bar=12),
    Task("Taxi-v4", 1000, 0.5, bar=12),
)


def plain_q_learning(env, rng, task):
    """Q-learning as it is often written: a NumPy table, and a loop over a Gymnasium environment."""
    q, steps = np.zeros((env.observation_space.n, env.action_space.n)), 0
    env.reset(seed=int(rng.integers(2**31)))
    for _ in range(task.episodes):
        state, _ = env.reset()
        ended = False
        while not ended:
            if rng.random() < task.epsilon:
                action = int(rng.integers(env.action_space.n))
            else:
                action = int(np.argmax(q[state]))
            following, reward, terminated, truncated, _ = env.step(action)
            target = reward if terminated else reward + np.max(q[following])
            q[state, action] += task.step_size * (target - q[state, action])
            state, ended, steps = following, terminated or truncated, steps + 1
    return q, steps


def case_of(task):
    """Seconds of a thousand steps, on average over a run."""
    env, rng = gymnasium.make(task.name), np.random.default_rng(0)
    options = {key: getattr(task, key) for key in ("episodes", "step_size", "epsilon")}
    taken = []

    def ours():
        run = q_learning(env, rng=rng, **options)
        taken.append(run.lengths.sum())
        return run.q

    def theirs():
        q, steps = plain_q_learning(env, rng, task)
        taken.append(steps)
        return q

    def steps(run, times):
        taken.clear()
        return seconds(run, times) * times / sum(taken) * 1000

    if task.name.startswith("Cliff"):
        best = [q()[24:36].max(axis=1) for q in (ours, theirs)]  # beside the cliff: −12, …, −1
        if not np.allclose(best, -np.arange(12.0, 0, -1), atol=1e-3):
            raise SystemExit("nnlib or the loop has not learned the shortest way")
    return Case(lambda: steps(ours, 5), lambda: steps(theirs, 1), task.bar)


def learning():
    """The cases of Q-learning."""
    return {f"loop / {task.name}": case_of(task) for task in TASKS}


# ---------------------------------------------------------------------------------------------

GROUPS = {"planning": planning, "learning": learning}


def main():
    """Time the cases of some groups, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(GROUPS)}; all without any")
    parser.add_argument("--turns", type=int, default=5, help="how many turns each side has")
    args = parser.parse_args()
    if unknown := set(args.names) - set(GROUPS):
        parser.error(f"no group is called {', '.join(sorted(unknown))}")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    for group in args.names or GROUPS:
        for name, (ours, theirs, bar) in GROUPS[group]().items():
            turns = [(ours(), theirs()) for _ in range(args.turns)]
            first, second = (1e3 * median(side) for side in zip(*turns, strict=True))
            ratio = median(b / a if bar > 0 else a / b for a, b in turns)
            met = ratio >= bar if bar > 0 else ratio <= -bar
            print(
                f"{name:26}{first:9.3f} ms{second:10.3f} ms{ratio:9.1f}  "
                f"{'at least' if bar > 0 else 'at most'} {abs(bar)}{'' if met else '  NOT MET'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
