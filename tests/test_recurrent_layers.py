"""RNN, LSTM and GRU: forward against loops, PyTorch's numbers and their own steps."""

from functools import partial
from math import exp, tanh

import numpy as np
import pytest
from helpers import to_numpy
from recurrent_cells import CELLS, close, draw, states_of
from recurrent_reference import MASK, PYTORCH, arguments

import nnlib

PARAMETERS = ("W_x", "W_h", "b_x", "b_h")


@pytest.fixture(params=CELLS)
def cell(request):
    return CELLS[request.param]


def textbook(name, x, *rest):
    """The textbook's equations for numbers, one by one, by loops: outputs and final states."""
    *states, W_x, W_h, b_x, b_h = rest
    h0, c0 = states[0], states[-1]
    (N, T, D), H = x.shape, h0.shape[1]

    def sigmoid(z):
        return 1 / (1 + exp(-z))

    def from_x(n, t, column):
        return sum(x[n, t, d] * W_x[d, column] for d in range(D)) + b_x[column]

    def from_h(h, column):
        return sum(h[j] * W_h[j, column] for j in range(H)) + b_h[column]

    hs, final_h, final_c = np.empty((N, T, H)), np.empty((N, H)), np.empty((N, H))
    for n in range(N):
        h, c = list(h0[n]), list(c0[n])
        for t in range(T):
            z = [from_x(n, t, k) + from_h(h, k) for k in range(W_x.shape[1])]
            new = list(h)
            for k in range(H):
                if name == "rnn":
                    new[k] = tanh(z[k])
                elif name == "rnn-relu":
                    new[k] = max(0.0, z[k])
                elif name == "lstm":
                    i, f = sigmoid(z[k]), sigmoid(z[H + k])
                    g, o = tanh(z[2 * H + k]), sigmoid(z[3 * H + k])
                    c[k] = f * c[k] + i * g
                    new[k] = o * tanh(c[k])
                else:
                    r = [sigmoid(z[j]) for j in range(H)]
                    column = 2 * H + k
                    if name == "gru":
                        inner = from_x(n, t, column) + r[k] * from_h(h, column)
                    else:
                        inner = from_x(n, t, column) + from_h(np.multiply(r, h), column)
                    keep = sigmoid(z[H + k])
                    new[k] = (1 - keep) * tanh(inner) + keep * h[k]
            h = hs[n, t] = new
        final_h[n], final_c[n] = h, c
    return hs, [final_h, final_c][: len(states)]


@pytest.mark.parametrize("name", CELLS)
def test_layer_agrees_with_loops(xp, rng, name):
    cell = CELLS[name]
    args = draw(rng, cell)
    expected, expected_states = textbook(name, *args)
    hs, state = cell.layer(*map(xp.asarray, args), **cell.options)
    close([hs, *states_of(cell, state)], [expected, *expected_states])


def test_steps_one_after_the_other_are_the_layer(xp, rng, cell):
    x, *rest = map(xp.asarray, draw(rng, cell))
    state, weights = rest[: cell.states], rest[cell.states :]
    outputs = []
    for x_t in xp.unstack(x, axis=1):
        state = states_of(cell, cell.step(x_t, *state, *weights, **cell.options))
        outputs.append(state[0])
    hs, final = cell.layer(x, *rest, **cell.options)
    close([xp.stack(outputs, axis=1), *state], [hs, *states_of(cell, final)])


def test_a_step_takes_one_example_or_any_leading_axes(rng, cell):
    x, *rest = draw(rng, cell, N=6, T=1)
    x, states, weights = x[:, 0, :], rest[: cell.states], rest[cell.states :]
    whole = states_of(cell, cell.step(x, *states, *weights, **cell.options))
    for n in range(6):
        one = cell.step(x[n], *(s[n] for s in states), *weights, **cell.options)
        close(states_of(cell, one), [s[n] for s in whole])
    folded = [s.reshape(2, 3, -1) for s in (x, *states)]
    close(
        states_of(cell, cell.step(*folded, *weights, **cell.options)),
        [s.reshape(2, 3, -1) for s in whole],
    )


@pytest.mark.parametrize("name", PYTORCH)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_directions_and_lengths_agree_with_pytorch(xp, name, dtype):
    cell, expected = CELLS[name], PYTORCH[name]
    x, forward, backward, dhs, dstates = arguments(cell.gates, cell.states)
    assert len({*x.flat, *np.ravel(forward[-1]), *np.ravel(backward[-2])}) > 12

    def cast(value):
        if isinstance(value, tuple):
            return tuple(map(cast, value))
        return xp.asarray(value.astype(dtype))

    x, forward, backward, dhs, dstates = map(cast, (x, forward, backward, dhs, dstates))
    mask = xp.asarray(MASK)
    hs, states = nnlib.bidirectional(cell.layer, x, forward, backward, mask=mask)
    found = {"hs": hs}
    names = "hc"[: cell.states]
    for key, both in zip(
        names, zip(*map(partial(states_of, cell), states), strict=True), strict=True
    ):
        found[key] = xp.stack(both)
    dx, *directions = nnlib.bidirectional_vjp(
        dhs, cell.vjp, x, forward, backward, dstates=dstates, mask=mask
    )
    found["dx"] = dx
    initial = zip(*(direction[: cell.states] for direction in directions), strict=True)
    for key, both in zip(names, initial, strict=True):
        found[f"d{key}0"] = xp.stack(both)
    for way, direction in zip("fb", directions, strict=True):
        for key, gradient in zip(PARAMETERS, direction[cell.states :], strict=True):
            found[f"d{key}_{way}"] = gradient
    assert set(found) == set(expected)
    for key, value in found.items():
        assert value.dtype == getattr(xp, dtype)
        wanted = expected[key].reshape(value.shape)
        # In float64 the ten decimals that are noted; in float32 relative to the largest.
        tolerance = (2e-5 if key.startswith("d") else 1e-6) * np.max(np.abs(wanted))
        tolerance = tolerance if dtype == "float32" else 6e-11
        np.testing.assert_allclose(to_numpy(value), wanted, rtol=0, atol=tolerance, err_msg=key)


@pytest.mark.parametrize("cut", [1, 3])
def test_a_sequence_in_two_pieces_is_the_sequence(rng, cell, cut):
    x, *rest = draw(rng, cell, T=7)
    states, weights = rest[: cell.states], rest[cell.states :]
    whole, final = cell.layer(x, *states, *weights, **cell.options)
    first, state = cell.layer(x[:, :cut], *states, *weights, **cell.options)
    second, end = cell.layer(x[:, cut:], *states_of(cell, state), *weights, **cell.options)
    close(
        [np.concatenate([first, second], axis=1), *states_of(cell, end)],
        [whole, *states_of(cell, final)],
    )


@pytest.mark.parametrize("reverse", [False, True])
def test_masked_sequences_are_what_each_is_alone(xp, rng, cell, reverse):
    lengths = [5, 3, 1]
    x, *rest = draw(rng, cell)
    mask = np.arange(5) < np.array(lengths)[:, None]
    states, weights = rest[: cell.states], rest[cell.states :]
    padded = np.where(mask[..., None], x, np.nan)  # what stands there must not matter
    options = {**cell.options, "reverse": reverse}
    hs, final = cell.layer(*map(xp.asarray, (padded, *rest)), mask=xp.asarray(mask), **options)
    for n, length in enumerate(lengths):
        one = slice(n, n + 1)
        alone, end = cell.layer(x[one, :length], *(s[one] for s in states), *weights, **options)
        close([to_numpy(hs)[one, :length]], [alone])
        np.testing.assert_array_equal(to_numpy(hs)[n, length:], 0)
        close([to_numpy(s)[one] for s in states_of(cell, final)], states_of(cell, end))


def test_a_masked_step_anywhere_leaves_the_state_alone(rng, cell):
    x, *rest = draw(rng, cell, N=1)
    mask = np.array([[True, False, True, False, True]])
    hs, final = cell.layer(x, *rest, mask=mask, **cell.options)
    short, end = cell.layer(x[:, ::2], *rest, **cell.options)
    close([hs[:, ::2], *states_of(cell, final)], [short, *states_of(cell, end)])


def test_the_order_of_axes_and_of_time(xp, rng, cell):
    x, *rest = draw(rng, cell)
    hs, final = cell.layer(x, *rest, **cell.options)
    options = {**cell.options, "time_first": True, "reverse": True}
    turned = np.flip(x, axis=1).transpose(1, 0, 2)
    back, end = cell.layer(*(xp.asarray(a.copy()) for a in (turned, *rest)), **options)
    close(
        [np.flip(to_numpy(back).transpose(1, 0, 2), axis=1), *states_of(cell, end)],
        [hs, *states_of(cell, final)],
    )


def test_float32_agrees_with_float64_at_a_usual_size(rng, cell):
    args = draw(rng, cell, N=8, T=50, D=16, H=32, dtype="float32")
    args[-4] /= 4  # W_x and W_h of the usual scale, one over the root of the number of inputs
    args[-3] /= 4
    expected, state = cell.layer(*(a.astype("float64") for a in args), **cell.options)
    found, single = cell.layer(*args, **cell.options)
    assert found.dtype == np.float32
    close([found, *states_of(cell, single)], [expected, *states_of(cell, state)], 1e-6)


@pytest.mark.parametrize("scale", [1e4, -1e4, 1e-30])
def test_extreme_inputs_have_the_right_limit(cell, scale):
    # Gates are 0 or 1, or everything is 0. Warnings are errors in these tests.
    weights = [np.ones((1, cell.gates)), np.zeros((1, cell.gates))]
    biases = np.zeros((2, cell.gates))
    args = [np.full((1, 2, 1), scale), *np.zeros((cell.states, 1, 1)), *weights, *biases]
    args = [a.astype("float32") for a in args]
    hs, state = cell.layer(*args, **cell.options)
    tanh_1 = np.float32(np.tanh(1)), np.float32(np.tanh(2))
    limits = {
        nnlib.rnn: ([1, 1], [-1, -1]),
        nnlib.lstm: (tanh_1, [0, 0]),
        nnlib.gru: ([0, 0], [-1, -1]),  # z = 1 keeps the state of 0; z = 0 takes n = -1
    }[cell.layer]
    if cell.options == {"activation": "relu"}:
        limits = ([1e4, 1e4], [0, 0])
    limit = np.zeros(2) if scale == 1e-30 else limits[0 if scale > 0 else 1]
    np.testing.assert_allclose(hs[0, :, 0], limit, rtol=1e-6, atol=1e-25)
    gradients = cell.vjp(np.ones_like(hs), *args, **cell.options)
    assert all(np.all(np.isfinite(g)) for g in (*gradients, *states_of(cell, state)))


def test_by_hand():
    # x = 1, h = 0.5; W_x = 2, W_h = 3, biases 0.25 and -0.75: z = 2 + 1.5 - 0.5 = 3.
    x, h0, W_x, W_h = np.ones((1, 1, 1)), np.full((1, 1), 0.5), np.array([[2.0]]), np.array([[3.0]])
    hs, h = nnlib.rnn(x, h0, W_x, W_h, np.array([0.25]), np.array([-0.75]))
    assert hs.item() == h.item() == pytest.approx(np.tanh(3.0), rel=1e-15)


X, H0 = np.ones((2, 5, 3)), np.ones((2, 4))
R = (np.ones((3, 4)), np.ones((4, 4)), np.ones(4), np.ones(4))
L = (np.ones((3, 16)), np.ones((4, 16)), np.ones(16), np.ones(16))
G = (np.ones((3, 12)), np.ones((4, 12)), np.ones(12), np.ones(12))
YES = np.ones((2, 5), dtype=bool)
BAD = [
    (lambda: nnlib.rnn([1.0], H0, *R), TypeError, "x must be an array"),
    (lambda: nnlib.rnn(X.astype(int), H0, *R), TypeError, "x must have a real floating-point"),
    (lambda: nnlib.rnn(X[0], H0, *R), ValueError, r"x must have the shape \(N, T, D\).*\(5, 3\)"),
    (lambda: nnlib.rnn(X[:, :0], H0, *R), ValueError, r"1 or more, got \(2, 0, 3\)"),
    (lambda: nnlib.rnn(X, H0, *R, time_first=True), ValueError, r"h0 .*\(N, H\) = \(5, 4\), got"),
    (lambda: nnlib.rnn(X, H0[:1], *R), ValueError, r"h0 .*\(N, H\) = \(2, 4\), got \(1, 4\)"),
    (lambda: nnlib.rnn(X, H0, R[0].T, *R[1:]), ValueError, r"W_x .*\(D, H\) = \(3, 4\), got"),
    (lambda: nnlib.rnn(X, H0, R[0], L[1], *R[2:]), ValueError, r"W_h .*\(H, H\), got \(4, 16\)"),
    (lambda: nnlib.rnn(X, H0, *R[:3], np.ones(1)), ValueError, r"b_h .*\(H,\) = \(4,\), got \(1,"),
    (lambda: nnlib.rnn(X, H0, *R, activation="elu"), ValueError, "'tanh' or 'relu', got 'elu'"),
    (lambda: nnlib.lstm(X, H0, H0, *G), ValueError, r"W_h .*\(H, 4 H\), got \(4, 12\)"),
    (lambda: nnlib.lstm(X, H0, H0[:, :1], *L), ValueError, r"c0 .*\(2, 4\), got \(2, 1\)"),
    (lambda: nnlib.gru(X, H0, *L), ValueError, r"W_h .*\(H, 3 H\), got \(4, 16\)"),
    (lambda: nnlib.gru(X, H0, *G, mask=YES[:1]), ValueError, r"mask .*\(N, T\) = \(2, 5\), got"),
    (lambda: nnlib.gru(X, H0, *G, mask=YES * 1), TypeError, "mask must have a boolean dtype"),
    (lambda: nnlib.gru_step(X, H0, *G), ValueError, r"h .*\(\.\.\., H\) = \(2, 5, 4\), got \(2, 4"),
    (lambda: nnlib.rnn_step(np.array(1.0), H0, *R), ValueError, r"x .*\(\.\.\., D\), got \(\)"),
    (lambda: nnlib.rnn_step(X[0, :2], H0, *R, activation=1), ValueError, "activation must be"),
    (lambda: nnlib.bidirectional("lstm", X, R, R), TypeError, "such as nnlib.lstm, got str"),
    (lambda: nnlib.bidirectional(nnlib.rnn, X, R, 1.0), TypeError, "backward must be a tuple"),
    (lambda: nnlib.bidirectional(nnlib.rnn, X, (None,), R), TypeError, r"forward\[0\] must be an"),
    (
        lambda: nnlib.bidirectional(nnlib.rnn, X, (H0, *R), (H0, *R), reverse=True),
        TypeError,
        "reverse is no option",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
