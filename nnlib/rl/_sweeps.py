"""Value iteration's sweep over all states, for each form of the dynamics, as fast as arrays allow.

A sweep takes the values v, writes the new ones, and returns whether one of them moved by more than
the tolerance. Large problems are done in blocks of states that fit into the processor's cache; once
a block has moved, the rest need not be looked at. A reward that depends on the state alone is added
once, after the maximum over actions: rounding keeps the order of numbers, so the result is the same
to the last bit.
"""

import numpy as np

from nnlib._validation import check_at_least_zero, check_count, check_share

BLOCK = 1 << 15  # states: an array of a block takes 256 KB


def iterate(model, v, discount, tolerance, max_sweeps, in_place, history):
    """Sweep until no value moves by more than the tolerance: values, sweeps, history."""
    discount = check_share(discount=discount)
    tolerance = None if tolerance is None else check_at_least_zero(tolerance=tolerance)
    max_sweeps = check_count(0 if tolerance is None else 1, max_sweeps=max_sweeps)
    sweep = (_in_turn if in_place else sweeper)(model, discount, tolerance)
    moved, sweeps, new, kept = True, 0, np.empty_like(v), [v.copy()]
    while moved and sweeps < max_sweeps:
        moved, v, new = sweep(v, new), new, v
        sweeps += 1
        if history:
            kept.append(v.copy())
    if moved and tolerance is not None:
        why = "; at discount 1, values are finite only if episodes end" if discount == 1 else ""
        raise ValueError(
            f"max_sweeps must be enough for the values to settle, got {max_sweeps}, after which one"
            f" still moved by {np.abs(v - new).max():.3g}, more than tolerance, {tolerance}{why}"
        )
    return v, sweeps, np.array(kept) if history else None


def sweeper(model, discount, tolerance):
    """The function `sweep(v, new)` of a model; `tolerance` is None where nobody asks what moved."""
    if model.moves and model.R.shape[1] > BLOCK:
        return _Shifts(model, discount, tolerance).sweep
    model = model.compact()
    return (_Gather if model.gather else _Dense)(model, discount, tolerance).sweep


class _Sweep:
    """What the forms share: the rewards, and the question whether values moved."""

    def __init__(self, model, discount, tolerance):
        self.discount, self.tolerance = discount, tolerance
        # One row for all actions, if they agree.
        self.R = model.R[:1] if (model.R == model.R[0]).all() else model.R

    def moved(self, v, new, buffer):
        """Whether the value of some state differs by more than the tolerance."""
        np.subtract(new, v, out=buffer)
        return bool(np.abs(buffer, out=buffer).max() > self.tolerance)

    def best(self, q, R, new):
        """New values: of the discounted values q (A, …) of next states, and the rewards."""
        if len(R) == 1:
            np.add(np.maximum.reduce(q, axis=0, out=new), R[0], out=new)
        else:
            np.maximum.reduce(np.add(q, R, out=q), axis=0, out=new)


class _Dense(_Sweep):
    def __init__(self, model, discount, tolerance):
        super().__init__(model, discount, tolerance)
        A, S = model.R.shape
        self.P, self.q, self.buffer = model.P, np.empty((A, S)), np.empty(S)

    def sweep(self, v, new):
        np.multiply(v, self.discount, out=self.buffer)
        np.matmul(self.P, self.buffer, out=self.q)
        self.best(self.q, self.R, new)
        return self.tolerance is None or self.moved(v, new, self.buffer)


class _Gather(_Sweep):
    def __init__(self, model, discount, tolerance):
        super().__init__(model, discount, tolerance)
        S = model.R.shape[1]
        self.discounted, self.blocks = np.empty(S), []
        for start in range(0, S, BLOCK):
            states = np.s_[start : start + BLOCK]
            # Copies, so that all that belongs to a block stands together.
            arrays = [
                None if array is None else np.ascontiguousarray(array[..., states])
                for array in (model.P, model.W, self.R)
            ]
            self.blocks.append((states, *arrays, np.empty(arrays[0].shape)))

    def sweep(self, v, new):
        np.multiply(v, self.discount, out=self.discounted)
        moved = self.tolerance is None
        for states, P, W, R, terms in self.blocks:
            # The numbers of states are known to be right; mode "raise" would copy what it takes.
            self.discounted.take(P, out=terms, mode="clip")
            q = terms[0]
            if W is not None:
                np.add.reduce(np.multiply(terms, W, out=terms), axis=0, out=q)
            self.best(q, R, new[states])
            moved = moved or self.moved(v[states], new[states], q[0])
        return moved


class _Shifts(_Sweep):
    """On a grid, a step is a shift of the numbers of states, by down * columns + right.

    That is wrong only near the left and right edges, where the values are put right. Above and
    below, the row at the edge is repeated as often as a step may lead out of the grid.
    """

    def __init__(self, model, discount, tolerance):
        super().__init__(model, discount, tolerance)
        rows, columns = model.moves.shape
        limits = np.array(model.moves.shape) - 1
        steps = np.clip(model.moves.steps, -limits, limits)
        reach, beside = abs(steps).max(axis=0)
        padded = np.zeros(2 * beside + (rows + 2 * reach) * columns)
        grid = padded[beside : len(padded) - beside].reshape(-1, columns)
        self.discounted = grid[reach : reach + rows].reshape(-1)
        self.edges = (
            (grid[:reach], grid[reach]),
            (grid[reach + rows :], grid[reach + rows - 1]),
        )
        height = max(1, BLOCK // columns)
        self.buffer = np.empty((min(height, rows), columns))
        self.blocks = []
        for top in range(0, rows, height):
            bottom = min(top + height, rows)
            states = np.s_[top * columns : bottom * columns]
            terminal = np.flatnonzero(model.moves.terminal[top:bottom])
            actions = []
            for (down, right), R in zip(steps, np.broadcast_to(self.R, model.R.shape), strict=True):
                begin = beside + (reach + top + down) * columns + right
                shifted = padded[begin : begin + (bottom - top) * columns]
                edge = np.s_[:, columns - right :] if right > 0 else np.s_[:, :-right]
                column = columns - 1 if right > 0 else 0
                there = grid[reach + top + down : reach + bottom + down, column : column + 1]
                R = R[states].reshape(-1, columns)
                actions.append((shifted.reshape(-1, columns), R, edge if right else None, there))
            self.blocks.append((states, terminal, actions))

    def sweep(self, v, new):
        np.multiply(v, self.discount, out=self.discounted)
        for outside, edge in self.edges:
            outside[:] = edge
        shared, moved = len(self.R) == 1, self.tolerance is None
        for states, terminal, actions in self.blocks:
            best = new[states].reshape(actions[0][0].shape)
            buffer = self.buffer[: len(best)]
            for a, (shifted, R, edge, there) in enumerate(actions):
                q = buffer if a else best
                if shared:
                    np.copyto(q, shifted)
                else:
                    np.add(shifted, R, out=q)
                if edge is not None:
                    q[edge] = there if shared else there + R[edge]
                if a:
                    np.maximum(best, q, out=best)
            if shared:
                np.add(best, actions[0][1], out=best)
            best.flat[terminal] = 0
            moved = moved or self.moved(v[states], new[states], buffer.reshape(-1))
        return moved


def _in_turn(model, discount, tolerance):
    """A sweep that makes use of each new value at once, in the order of the states."""

    def sweep(v, new):
        new[:] = v
        for s in range(len(v)):
            if model.gather:
                after = new[model.P[:, :, s]]
                after = (after if model.W is None else after * model.W[:, :, s]).sum(axis=0)
            else:
                after = model.P[:, s] @ new
            new[s] = np.max(model.R[:, s] + discount * after)
        return tolerance is None or np.abs(new - v).max() > tolerance

    return sweep
