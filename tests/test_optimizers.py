"""Optimisers, schedules and clipping, against values worked by hand and the papers' algorithms."""

from functools import partial
from math import pi, sqrt

import jax
import numpy as np
import pytest
from helpers import to_numpy

import nnlib

RTOL = {"float32": 2e-6, "float64": 1e-13}

# --- One weight, two steps, by hand: from w = 1 with the gradients 1/2 and then 1, at η = 1/10.
tiny = {"eps": 1e-14}
BY_HAND = [
    (nnlib.sgd, {}, (0.95, 0.85)),
    # v = 1/2, then 1/2 · 1/2 + 1 = 5/4
    (nnlib.momentum, {"momentum": 0.5}, (0.95, 0.825)),
    # the same v; steps of 1/2 + v/2 = 3/4 and 1 + 5/8
    (nnlib.nesterov, {"momentum": 0.5}, (0.925, 0.7625)),
    # r = 1/4 · 1/4 = 1/16, then 3/4 · 1/16 + 1/4 = 19/64
    (nnlib.rmsprop, {"decay": 0.75} | tiny, (0.8, 0.8 - 0.1 / sqrt(19 / 64))),
    # v = 1/4, then 1/8 + 1/2 = 5/8, divided by 1/2 and 3/4; r as before, by 1/4 and 7/16
    (nnlib.adam, {"beta1": 0.5, "beta2": 0.75} | tiny, (0.9, 0.9 - 0.1 * (5 / 6) / sqrt(19 / 28))),
    # Adam's steps, and 1/10 · 1/2 of the weight less
    (
        nnlib.adamw,
        {"beta1": 0.5, "beta2": 0.75, "weight_decay": 0.5} | tiny,
        (0.85, 0.85 * 0.95 - 0.1 * (5 / 6) / sqrt(19 / 28)),
    ),
]


@pytest.mark.parametrize(("optimizer", "options", "expected"), BY_HAND)
def test_two_steps_by_hand(xp, dtype, optimizer, options, expected):
    w, state = xp.asarray([1.0], dtype=getattr(xp, dtype)), None
    for gradient, after in zip((0.5, 1.0), expected, strict=True):
        grad = xp.asarray([gradient], dtype=getattr(xp, dtype))
        w, state = optimizer(w, grad, state, learning_rate=0.1, **options)
        assert w.dtype == getattr(xp, dtype)
        np.testing.assert_allclose(to_numpy(w), [after], rtol=RTOL[dtype])


# --- Many steps of many weights, against loops over numbers in the form of the papers


def adam_of_the_paper(w, gradients, *, learning_rate, beta1, beta2, eps, weight_decay=0.0):
    """Algorithm 1 of Kingma and Ba; with Loshchilov and Hutter's decay, after Adam's own step."""
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        decay = learning_rate * weight_decay * w
        w = w - learning_rate * m_hat / (sqrt(v_hat) + eps)
        w = w - decay
    return w


def rmsprop_of_the_lecture(w, gradients, *, learning_rate, decay, eps):
    mean_square = 0.0
    for g in gradients:
        mean_square = decay * mean_square + (1 - decay) * g**2
        w = w - learning_rate * g / (sqrt(mean_square) + eps)
    return w


def momentum_as_a_sum(w, gradients, *, learning_rate, momentum):
    """A gradient counts in its own step, and in each later one μ times as much as before."""
    steps = len(gradients)
    for t, g in enumerate(gradients):
        w = w - learning_rate * g * sum(momentum**age for age in range(steps - t))
    return w


def nesterov_as_a_sum(w, gradients, *, learning_rate, momentum):
    """A gradient counts fully in its own step, and by momentum in it and later, one step aged."""
    steps = len(gradients)
    for t, g in enumerate(gradients):
        ages = range(1, steps - t + 1)
        w = w - learning_rate * g * (1 + sum(momentum**age for age in ages))
    return w


adam_options = {"learning_rate": 0.03, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3}
AGAINST = [
    (nnlib.momentum, momentum_as_a_sum, {"learning_rate": 0.1, "momentum": 0.7}),
    (nnlib.nesterov, nesterov_as_a_sum, {"learning_rate": 0.1, "momentum": 0.7}),
    (
        nnlib.rmsprop,
        rmsprop_of_the_lecture,
        {"learning_rate": 0.1, "decay": 0.7, "eps": 1e-2},
    ),
    (nnlib.adam, adam_of_the_paper, adam_options),
    (nnlib.adamw, adam_of_the_paper, adam_options | {"weight_decay": 0.3}),
]


@pytest.mark.parametrize(("optimizer", "reference", "options"), AGAINST)
def test_many_steps_agree_with_a_loop(xp, dtype, rng, optimizer, reference, options):
    start, gradients = rng.normal(size=(3, 2)), rng.normal(size=(7, 3, 2))
    w, state = xp.asarray(start.astype(dtype)), None
    for grad in gradients.astype(dtype):
        w, state = optimizer(w, xp.asarray(grad), state, **options)
    expected = [
        [reference(start[i, j], list(gradients[:, i, j]), **options) for j in range(2)]
        for i in range(3)
    ]
    assert w.dtype == getattr(xp, dtype)
    np.testing.assert_allclose(to_numpy(w), expected, rtol=RTOL[dtype], atol=5 * RTOL[dtype])


def test_nesterov_is_the_look_ahead_form(rng):
    # Nesterov's own: the gradient at the point ahead, θ + μ u, then u ← μ u - η g and θ ← θ + u.
    curvature, target = rng.uniform(0.5, 2, size=4), rng.normal(size=4)
    theta, u, rate, mu = np.zeros(4), np.zeros(4), 0.1, 0.8
    w, state = theta, None
    for _ in range(20):
        u = mu * u - rate * curvature * (theta + mu * u - target)
        theta = theta + u
        grad = curvature * (w - target)
        w, state = nnlib.nesterov(w, grad, state, learning_rate=rate, momentum=mu)
    np.testing.assert_allclose(w, theta + mu * u, rtol=1e-12)


def test_defaults_are_those_of_the_papers(rng):
    start, gradients = rng.normal(), rng.normal(size=5)
    defaults = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    cases = [
        (nnlib.adam, adam_of_the_paper, {}, defaults),
        (nnlib.adamw, adam_of_the_paper, {}, defaults | {"weight_decay": 0.01}),
        (
            nnlib.rmsprop,
            rmsprop_of_the_lecture,
            {"learning_rate": 0.1},
            {"learning_rate": 0.1, "decay": 0.9, "eps": 1e-8},
        ),
        (
            nnlib.momentum,
            momentum_as_a_sum,
            {"learning_rate": 0.1},
            {"learning_rate": 0.1, "momentum": 0.9},
        ),
    ]
    for optimizer, reference, given, full in cases:
        w, state = np.array(start), None
        for g in gradients:
            w, state = optimizer(w, np.array(g), state, **given)
        np.testing.assert_allclose(w, reference(start, list(gradients), **full), rtol=1e-12)


# --- Properties

OPTIMIZERS = [
    nnlib.sgd,
    nnlib.momentum,
    nnlib.nesterov,
    nnlib.rmsprop,
    nnlib.adam,
    nnlib.adamw,
]
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda f: f.__name__)


def test_limits(rng):
    w, grad = rng.normal(size=5), rng.normal(size=5)
    plain, _ = nnlib.sgd(w, grad, None, learning_rate=0.1)
    for optimizer in (nnlib.momentum, nnlib.nesterov):
        result, _ = optimizer(w, grad, None, learning_rate=0.1, momentum=0)
        np.testing.assert_allclose(result, plain, rtol=1e-15)
    # Adam's first step is as long as the learning rate, whatever the gradient's size; so is every
    # step of Adam without memory.
    state = None
    for scale in (1e-3, 1.0, 1e6):
        moved, _ = nnlib.adam(w, scale * grad, None, learning_rate=0.1)
        np.testing.assert_allclose(moved, w - 0.1 * np.sign(grad), rtol=1e-4)
        moved, state = nnlib.adam(w, scale * grad, state, learning_rate=0.1, beta1=0, beta2=0)
        np.testing.assert_allclose(moved, w - 0.1 * np.sign(grad), rtol=1e-4)
    # Without a gradient only AdamW moves.
    still, _ = nnlib.adam(w, 0 * grad, None, learning_rate=0.1)
    np.testing.assert_array_equal(still, w)
    shrunk, _ = nnlib.adamw(w, 0 * grad, None, learning_rate=0.1, weight_decay=0.5)
    np.testing.assert_allclose(shrunk, 0.95 * w, rtol=1e-15)


@every_optimizer
def test_finds_the_minimum_of_a_valley(optimizer):
    curvature, w, state = np.array([1.0, 10.0]), np.array([3.0, -2.0]), None
    for step in range(400):
        rate = nnlib.cosine_schedule(step, initial=0.05, steps=400)
        w, state = optimizer(w, curvature * w, state, learning_rate=rate)
    assert np.abs(w).max() < 0.01


@every_optimizer
def test_arrays_of_the_caller_are_left_alone(optimizer, rng):
    w, grad = rng.normal(size=3), rng.normal(size=3)
    w, state = optimizer(w, grad, None, learning_rate=0.1)
    before = w.copy(), grad.copy(), {name: np.copy(a) for name, a in (state or {}).items()}
    optimizer(w, grad, state, learning_rate=0.1)
    np.testing.assert_array_equal(w, before[0])
    np.testing.assert_array_equal(grad, before[1])
    for name, array in before[2].items():
        np.testing.assert_array_equal(state[name], array)


@every_optimizer
def test_jit_changes_nothing(optimizer, rng):
    step = partial(optimizer, learning_rate=0.1)
    w, grad = rng.normal(size=(2, 3)).astype("float32")
    (plain, state), (jitted, jitted_state) = step(w, grad, None), jax.jit(step)(w, grad, None)
    plain, _ = step(plain, grad, state)
    jitted, _ = jax.jit(step)(jitted, grad, jitted_state)
    assert jitted.dtype == "float32"
    np.testing.assert_allclose(jitted, plain, rtol=2e-6)


# --- Clipping


def test_clipping_by_hand(xp):
    grads = {"W": xp.asarray([[1.0, 2.0]]), "b": xp.asarray([2.0])}  # of norm 3
    for norm, factor in ((1.5, 0.5), (0.3, 0.1)):
        clipped = nnlib.clip_by_global_norm(grads, max_norm=norm)
        np.testing.assert_allclose(to_numpy(clipped["W"]), [[factor, 2 * factor]], rtol=1e-15)
        np.testing.assert_allclose(to_numpy(clipped["b"]), [2 * factor], rtol=1e-15)


def test_gradients_that_fit_are_the_very_same(xp, dtype, rng):
    grads = [rng.normal(size=(3, 2)).astype(dtype), rng.normal(size=4).astype(dtype)]
    norm = sqrt(sum(float((g.astype("float64") ** 2).sum()) for g in grads))
    for max_norm in (1.0001 * norm, 10 * norm, 1e30):
        clipped = nnlib.clip_by_global_norm([xp.asarray(g) for g in grads], max_norm=max_norm)
        for after, before in zip(clipped, grads, strict=True):
            np.testing.assert_array_equal(to_numpy(after), before)


def test_clipped_norm_and_direction(xp, dtype, rng):
    grads = rng.normal(size=(3, 2)).astype(dtype), rng.normal(size=4).astype(dtype)
    clipped = nnlib.clip_by_global_norm(tuple(xp.asarray(g) for g in grads), max_norm=0.7)
    assert isinstance(clipped, tuple)
    assert all(after.dtype == getattr(xp, dtype) for after in clipped)
    flat, before = (np.concatenate([to_numpy(g).ravel() for g in gs]) for gs in (clipped, grads))
    np.testing.assert_allclose(np.linalg.norm(flat), 0.7, rtol=RTOL[dtype])
    np.testing.assert_allclose(flat / before, flat[0] / before[0], rtol=2 * RTOL[dtype])


# Entries, the largest norm and what is left, by hand. Squares of the large ones overflow, those of
# the small ones underflow.
EXTREME = [
    ([0.0, 0.0], 1.0, [0.0, 0.0]),
    ([3e30, -4e30], 1.0, [0.6, -0.8]),
    ([3e37, 3e37], 2.0, [sqrt(2), sqrt(2)]),
    ([3e37, 0.0], 1e37, [1e37, 0.0]),
    ([3e-30, 4e-30], 1e-30, [0.6e-30, 0.8e-30]),
    ([3e-30, 4e-30], 1.0, [3e-30, 4e-30]),
]


@pytest.mark.parametrize(("entries", "max_norm", "expected"), EXTREME)
def test_extreme_gradients_give_finite_ones_without_a_warning(
    xp, dtype, entries, max_norm, expected
):
    grads = [xp.asarray(entries, dtype=getattr(xp, dtype))]
    (clipped,) = nnlib.clip_by_global_norm(grads, max_norm=max_norm)
    np.testing.assert_allclose(to_numpy(clipped), expected, rtol=RTOL[dtype])


def test_mixed_dtypes_stay(xp):
    grads = {"a": xp.asarray([3.0], dtype=xp.float32), "b": xp.asarray([4.0], dtype=xp.float64)}
    clipped = nnlib.clip_by_global_norm(grads, max_norm=1.0)
    assert (clipped["a"].dtype, clipped["b"].dtype) == (xp.float32, xp.float64)
    np.testing.assert_allclose(to_numpy(clipped["a"]), [0.6], rtol=1e-6)
    np.testing.assert_allclose(to_numpy(clipped["b"]), [0.8], rtol=1e-6)


# --- Schedules


def test_cosine_schedule():
    schedule = partial(nnlib.cosine_schedule, initial=0.5, final=0.1, steps=6)
    # By hand: the cosines at multiples of 30° are 1, √3/2, 1/2, 0, …
    by_hand = [0.5, 0.3 + 0.1 * sqrt(3), 0.4, 0.3, 0.2, 0.3 - 0.1 * sqrt(3), 0.1, 0.1, 0.1]
    np.testing.assert_allclose([schedule(step) for step in range(9)], by_hand, rtol=1e-14)
    assert schedule(10**9) == pytest.approx(0.1, rel=1e-15)
    assert nnlib.cosine_schedule(4, initial=1.0, steps=4) == 0
    steepest = nnlib.cosine_schedule(499, initial=1.0, steps=1000) - nnlib.cosine_schedule(
        501, initial=1.0, steps=1000
    )
    assert steepest == pytest.approx(pi / 1000, rel=1e-4)  # the sine's slope at its middle, /2 · 2


def test_step_schedule():
    schedule = partial(nnlib.step_schedule, initial=0.8, every=3)
    by_hand = [0.8, 0.8, 0.8, 0.08, 0.08, 0.08, 0.008]
    np.testing.assert_allclose([schedule(step) for step in range(7)], by_hand, rtol=1e-14)
    assert schedule(np.int64(5), factor=0.5) == 0.4


# --- Bad input

W = np.ones(3)
_, VELOCITY = nnlib.momentum(W, W, None, learning_rate=0.1)
_, ADAM = nnlib.adam(W, W, None)
sgd, momentum, rmsprop = (partial(f, learning_rate=0.1) for f in OPTIMIZERS[:2] + OPTIMIZERS[3:4])
clip = nnlib.clip_by_global_norm
cosine, stairs = nnlib.cosine_schedule, nnlib.step_schedule
BAD = [
    (lambda: sgd([1.0], W, None), TypeError, "w must be an array"),
    (lambda: sgd(W, W.astype(int), None), TypeError, "grad must have a real floating-point"),
    (lambda: sgd(W, W.astype("float32"), None), TypeError, "grad must have the dtype of w"),
    (lambda: sgd(W, W[:2], None), ValueError, r"grad must have the shape of w, \(3,\)"),
    (lambda: sgd(W, W, VELOCITY), ValueError, "state must be None, as sgd has none, got dict"),
    (lambda: momentum(W, W, ADAM), ValueError, "a dict of v; got a dict of v, r, t"),
    (lambda: nnlib.adam(W, W, VELOCITY), ValueError, "a dict of v, r, t; got a dict of v"),
    (lambda: rmsprop(W, W, W), ValueError, "a dict of r; got ndarray"),
    (lambda: momentum(W[:2], W[:2], VELOCITY), ValueError, r"state\['v'\] must .* \(2,\), got"),
    (lambda: nnlib.sgd(W, W, None, learning_rate=-1), ValueError, "learning_rate must be 0 or"),
    (lambda: nnlib.sgd(W, W, None, learning_rate=np.nan), ValueError, "learning_rate must be"),
    (lambda: nnlib.sgd(W, W, None, learning_rate="1"), TypeError, "learning_rate must be a real"),
    (lambda: momentum(W, W, None, momentum=1.0), ValueError, "momentum must be less than 1"),
    (lambda: momentum(W, W, None, momentum=-0.1), ValueError, "momentum must be 0 or more"),
    (lambda: rmsprop(W, W, None, decay=1), ValueError, "decay must be less than 1"),
    (lambda: rmsprop(W, W, None, eps=0), ValueError, "eps must be positive"),
    (lambda: nnlib.adam(W, W, None, beta1=1), ValueError, "beta1 must be less than 1, got 1"),
    (lambda: nnlib.adam(W, W, None, beta2=-1), ValueError, "beta2 must be 0 or more, got -1"),
    (lambda: nnlib.adam(W, W, None, eps=-1e-8), ValueError, "eps must be positive"),
    (lambda: nnlib.adamw(W, W, None, weight_decay=-1), ValueError, "weight_decay must be 0 or"),
    (lambda: clip([W], max_norm=0), ValueError, "max_norm must be positive"),
    (lambda: clip([], max_norm=1.0), ValueError, "grads must not be empty"),
    (lambda: clip(W, max_norm=1.0), TypeError, "grads must be a dict, list or tuple .* ndarray"),
    (lambda: clip({"W": 1.0}, max_norm=1.0), TypeError, r"grads\['W'\] must be an array"),
    (lambda: cosine(-1, initial=1.0, steps=5), ValueError, "step must be 0 or more, got -1"),
    (lambda: cosine(1.5, initial=1.0, steps=5), TypeError, "step must be an integer, got float"),
    (lambda: cosine(1, initial=-1.0, steps=5), ValueError, "initial must be 0 or more"),
    (lambda: cosine(1, initial=1.0, steps=0), ValueError, "steps must be 1 or more"),
    (lambda: stairs(1, initial=1.0, every=0), ValueError, "every must be 1 or more"),
    (lambda: stairs(1, initial=1.0, every=2, factor=0), ValueError, "factor must be positive"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
