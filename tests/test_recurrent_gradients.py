"""Backpropagation through time, against automatic differentiation and central differences."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import central_difference, to_numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from recurrent_cells import CELLS, close, draw, states_of

import nnlib


@pytest.fixture(params=CELLS)
def cell(request):
    return CELLS[request.param]


def upstream(rng, cell, args, time_first=False):
    """Gradients of the outputs and of the final state."""
    x, h0 = args[:2]
    dhs = rng.normal(size=(*x.shape[:2], h0.shape[1])).astype(x.dtype)
    dstate = tuple(rng.normal(size=h0.shape).astype(x.dtype) for _ in range(cell.states))
    return dhs, dstate if cell.states == 2 else dstate[0]


@pytest.mark.parametrize("name", CELLS)
@settings(derandomize=True, deadline=None, max_examples=4, database=None)
@given(data=st.data())
def test_vjp_is_that_of_jax(name, data):
    cell = CELLS[name]
    sizes = data.draw(st.tuples(*(st.integers(1, most) for most in (3, 4, 3, 4))))
    masked, reverse, time_first = data.draw(st.tuples(*[st.booleans()] * 3))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    x, *rest = draw(rng, cell, *sizes)
    mask = rng.random(x.shape[:2]) < 0.7 if masked else None
    if time_first:
        x, mask = x.transpose(1, 0, 2), None if mask is None else mask.T
    dhs, dstate = upstream(rng, cell, (x, *rest))
    options = {**cell.options, "mask": mask, "reverse": reverse, "time_first": time_first}
    found = cell.vjp(dhs, x, *rest, dstate=dstate, **options)

    options["mask"] = None if mask is None else jnp.asarray(mask)

    @jax.jit
    def by_jax(*args):
        forward, pull = jax.vjp(lambda *args: cell.layer(*args, **options), *args)
        return forward, pull((dhs, dstate))

    (hs, _), gradients = by_jax(x, *rest)
    close([cell.layer(x, *rest, **options | {"mask": mask})[0]], [hs])
    for gradient, by_jax in zip(found, gradients, strict=True):
        assert gradient.shape == by_jax.shape
        np.testing.assert_allclose(gradient, by_jax, rtol=1e-10, atol=1e-10)


def test_vjp_agrees_with_central_differences(rng, cell):
    args = draw(rng, cell, N=2, T=3, D=2, H=2)
    dhs, dstate = upstream(rng, cell, args)

    def objective(k, changed):
        hs, state = cell.layer(*args[:k], changed, *args[k + 1 :], **cell.options)
        finals = zip(states_of(cell, dstate), states_of(cell, state), strict=True)
        return (dhs * hs).sum() + sum((d * s).sum() for d, s in finals)

    gradients = cell.vjp(dhs, *args, dstate=dstate, **cell.options)
    for k, (a, gradient) in enumerate(zip(args, gradients, strict=True)):
        differences = central_difference(lambda a, k=k: objective(k, a), a)
        np.testing.assert_allclose(gradient, differences, rtol=1e-7, atol=1e-8)


def test_what_was_saved_spares_the_forward_pass_and_changes_nothing(rng, cell):
    args = draw(rng, cell)
    dhs, dstate = upstream(rng, cell, args)
    options = {**cell.options, "mask": rng.random((3, 5)) < 0.7, "reverse": True}
    hs, state, saved = cell.layer(*args, **options, return_saved=True)
    close([hs], [cell.layer(*args, **options)[0]], 0)
    again = cell.vjp(dhs, *args, dstate=dstate, **options)
    close(cell.vjp(dhs, *args, dstate=dstate, **options, saved=saved), again, 0)


def test_what_stands_at_masked_steps_has_no_influence(rng, cell):
    x, *rest = draw(rng, cell)
    dhs, dstate = upstream(rng, cell, (x, *rest))
    mask = np.array([[True] * 5, [True] * 2 + [False] * 3, [False, True] * 2 + [False]])
    options = {**cell.options, "mask": mask, "dstate": dstate}
    here = mask[..., None]
    zeros = cell.vjp(np.where(here, dhs, 0), np.where(here, x, 0), *rest, **options)
    missing = cell.vjp(np.where(here, dhs, np.nan), np.where(here, x, np.nan), *rest, **options)
    close(missing, zeros, 0)
    np.testing.assert_array_equal(missing[0][~mask], 0)


def test_without_a_gradient_of_the_final_state_it_is_zero(rng, cell):
    args = draw(rng, cell)
    dhs, _ = upstream(rng, cell, args)
    zeros = (np.zeros((3, 4)),) * 2 if cell.states == 2 else np.zeros((3, 4))
    with_zeros = cell.vjp(dhs, *args, dstate=zeros, **cell.options)
    close(cell.vjp(dhs, *args, **cell.options), with_zeros, 0)


def test_on_every_backend_arguments_stay_as_they_are(xp, rng, cell):
    args = draw(rng, cell, N=2, T=2)
    dhs, dstate = upstream(rng, cell, args)
    expected = cell.vjp(dhs, *args, dstate=dstate, **cell.options)
    before = [a.copy() for a in (dhs, *args)]
    there = [xp.asarray(a) for a in (dhs, *args)]
    dstate = tuple(map(xp.asarray, dstate)) if cell.states == 2 else xp.asarray(dstate)
    close(cell.vjp(*there, dstate=dstate, **cell.options), expected)
    for a, was in zip(there, before, strict=True):
        np.testing.assert_array_equal(to_numpy(a), was)
    # Nor is one gradient the memory of another: each may be changed by itself.
    arrays = [g for g in expected if isinstance(g, np.ndarray)]
    assert not any(np.shares_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


def test_float32_agrees_with_float64_at_a_usual_size(rng, cell):
    args = draw(rng, cell, N=8, T=50, D=16, H=16, dtype="float32")
    args[-4] /= 4  # W_x and W_h of the usual scale, one over the root of the number of inputs
    args[-3] /= 4
    dhs, dstate = upstream(rng, cell, args)

    def double(a):
        return tuple(map(double, a)) if isinstance(a, tuple) else a.astype("float64")

    expected = cell.vjp(*map(double, (dhs, *args)), dstate=double(dstate), **cell.options)
    found = cell.vjp(dhs, *args, dstate=dstate, **cell.options)
    assert {gradient.dtype for gradient in found} == {np.dtype("float32")}
    close(found, expected, 2e-5)


def test_two_pieces_that_pass_the_gradient_on_are_the_sequence(rng, cell):
    x, *rest = draw(rng, cell, T=7)
    states, weights = rest[: cell.states], rest[cell.states :]
    dhs, dstate = upstream(rng, cell, (x, *rest))
    whole = cell.vjp(dhs, x, *rest, dstate=dstate, **cell.options)

    _, state = cell.layer(x[:, :4], *rest, **cell.options)
    middle = states_of(cell, state)
    dx_2, *back = cell.vjp(dhs[:, 4:], x[:, 4:], *middle, *weights, dstate=dstate, **cell.options)
    dmiddle = back[: cell.states]
    dmiddle = tuple(dmiddle) if cell.states == 2 else dmiddle[0]
    dx_1, *front = cell.vjp(dhs[:, :4], x[:, :4], *states, *weights, dstate=dmiddle, **cell.options)
    both = [a + b for a, b in zip(front[cell.states :], back[cell.states :], strict=True)]
    pieces = [np.concatenate([dx_1, dx_2], axis=1), *front[: cell.states], *both]
    close(pieces, whole)


def test_two_pieces_that_do_not_are_truncated_backpropagation(rng):
    # By JAX, with the gradient stopped between the pieces.
    cell = CELLS["lstm"]
    x, *rest = draw(rng, cell, N=2, T=4, D=2, H=2)
    states, weights = rest[:2], rest[2:]

    def objective(weights):
        first, (h, c) = nnlib.lstm(jnp.asarray(x[:, :2]), *map(jnp.asarray, states), *weights)
        stopped = map(jax.lax.stop_gradient, (h, c))
        second, _ = nnlib.lstm(jnp.asarray(x[:, 2:]), *stopped, *weights)
        return jnp.sum(first) + jnp.sum(second)

    x_1, x_2, ones = x[:, :2], x[:, 2:], np.ones((2, 2, 2))
    _, state = nnlib.lstm(x_1, *states, *weights)
    first = nnlib.lstm_vjp(ones, x_1, *states, *weights)[3:]
    second = nnlib.lstm_vjp(ones, x_2, *state, *weights)[3:]
    truncated = [a + b for a, b in zip(first, second, strict=True)]
    by_jax = jax.jit(jax.grad(objective))(list(map(jnp.asarray, weights)))
    close(truncated, by_jax, 1e-10)
    full = nnlib.lstm_vjp(np.ones((2, 4, 2)), x, *states, *weights)[3:]
    assert abs(full[1] - truncated[1]).max() > 0.01 * abs(full[1]).max()


def test_both_directions_together(rng, cell):
    x, *forward = draw(rng, cell, N=2, T=3)
    backward = draw(rng, cell, N=2, T=3, H=3)[1:]
    mask = np.array([[True, True, True], [True, False, False]])
    options = {**cell.options, "mask": mask}
    hs, states, saved = nnlib.bidirectional(
        cell.layer, x, forward, backward, **options, return_saved=True
    )
    first, state = cell.layer(x, *forward, **options)
    second, state_back = cell.layer(x, *backward, **options, reverse=True)
    close([hs], [np.concatenate([first, second], axis=2)])
    close(states_of(cell, states[1]), states_of(cell, state_back))
    dhs = rng.normal(size=hs.shape)
    dstates = (state, state_back)
    dx, *gradients = nnlib.bidirectional_vjp(
        dhs, cell.vjp, x, forward, backward, dstates=dstates, saved=saved, **options
    )
    one = cell.vjp(dhs[..., :4], x, *forward, dstate=state, **options)
    other = cell.vjp(dhs[..., 4:], x, *backward, dstate=state_back, **options, reverse=True)
    close([dx, *gradients[0], *gradients[1]], [one[0] + other[0], *one[1:], *other[1:]])


X, H0, D4 = np.ones((2, 5, 3)), np.ones((2, 4)), np.ones((2, 5, 4))
R = (X, H0, np.ones((3, 4)), np.ones((4, 4)), np.ones(4), np.ones(4))
L = (X, H0, H0, np.ones((3, 16)), np.ones((4, 16)), np.ones(16), np.ones(16))
SAVED = nnlib.rnn(*R, return_saved=True)[2]
BOTH = nnlib.rnn_vjp, X, R[1:], R[1:]
BAD = [
    (lambda: nnlib.rnn_vjp(X, *R), ValueError, r"dhs .*\(N, T, H\) = \(2, 5, 4\), got \(2, 5, 3"),
    (lambda: nnlib.rnn_vjp(D4.astype(int), *R), TypeError, "dhs must have a real floating-point"),
    (lambda: nnlib.rnn_vjp(D4, *R, dstate=D4), ValueError, r"dstate .*\(N, H\) = \(2, 4\), got"),
    (lambda: nnlib.rnn_vjp(D4, *R, activation="elu"), ValueError, "'tanh' or 'relu', got 'elu'"),
    (lambda: nnlib.rnn_vjp(D4, *R, saved=1), ValueError, "saved must be what .* 5 steps of h,"),
    (lambda: nnlib.lstm_vjp(D4, *L, saved=SAVED), ValueError, "steps of h, c, i, f, g, o, each"),
    (lambda: nnlib.rnn_vjp(D4[:, :4], X[:, :4], *R[1:], saved=SAVED), ValueError, ": 4 steps"),
    (lambda: nnlib.rnn_vjp(D4[:1], X[:1], H0[:1], *R[2:], saved=SAVED), ValueError, r"\(1, 4\)"),
    (lambda: nnlib.lstm_vjp(D4, *L, dstate=H0), TypeError, "a tuple of 2 arrays.* got ndarray"),
    (lambda: nnlib.lstm_vjp(D4, *L, dstate=(H0,)), TypeError, "a tuple of 2 arrays.* got 1"),
    (lambda: nnlib.lstm_vjp(D4, *L, dstate=(H0, X)), ValueError, r"dstate\[1\] must have"),
    (lambda: nnlib.bidirectional_vjp(D4, *BOTH), ValueError, r"outputs, 4 \+ 4, .* got .*5, 4\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
