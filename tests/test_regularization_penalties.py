"""Penalties and their steps, against hand-worked values, minimisation and differentiation."""

from functools import partial

import jax
import numpy as np
import pytest
from helpers import central_difference, to_numpy
from scipy import optimize

import nnlib
from nnlib.regularization import (
    elastic_net_penalty,
    elastic_net_penalty_grad,
    group_lasso_penalty,
    group_soft_threshold,
    l1_penalty,
    l1_penalty_grad,
    l2_penalty,
    l2_penalty_grad,
    l2_step,
    max_norm_projection,
    proximal_step,
    soft_threshold,
    weight_decay_step,
)

RTOL = {"float32": 2e-6, "float64": 1e-13}

# --- Penalties, and their gradients

# Of the weights 3, -4, 0, 1 the squares add up to 26, and the absolute values to 8.
BY_HAND = [
    (l2_penalty, {"strength": 0.5}, 6.5),
    (l1_penalty, {"strength": 0.5}, 4.0),
    (elastic_net_penalty, {"strength": 0.5, "l1_ratio": 0.25}, 0.5 * (0.25 * 8 + 0.75 * 13)),
    (group_lasso_penalty, {"strength": 0.5}, 3.0),  # norms of the rows: 5 and 1
    (group_lasso_penalty, {"strength": 1.0, "axis": 0}, 3 + 17**0.5),
    (group_lasso_penalty, {"strength": 1.0, "axis": -2}, 3 + 17**0.5),
    (l2_penalty_grad, {"strength": 0.5}, [[1.5, -2.0], [0.0, 0.5]]),
    (l1_penalty_grad, {"strength": 0.5}, [[0.5, -0.5], [0.0, 0.5]]),
    (
        elastic_net_penalty_grad,
        {"strength": 2.0, "l1_ratio": 0.25},
        [[0.5 + 4.5, -0.5 - 6.0], [0.0, 0.5 + 1.5]],
    ),
]


@pytest.mark.parametrize(("function", "options", "expected"), BY_HAND)
def test_by_hand(xp, dtype, function, options, expected):
    w = xp.asarray([[3.0, -4.0], [0.0, 1.0]], dtype=getattr(xp, dtype))
    result = function(w, **options)
    assert result.dtype == w.dtype
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype])


GRADIENTS = [
    (l2_penalty, l2_penalty_grad, {"strength": 0.7}),
    (l1_penalty, l1_penalty_grad, {"strength": 0.7}),
    (elastic_net_penalty, elastic_net_penalty_grad, {"strength": 0.7, "l1_ratio": 0.3}),
]


@pytest.mark.parametrize(("penalty", "gradient", "options"), GRADIENTS)
def test_gradient_agrees_with_central_differences_and_jax(rng, penalty, gradient, options):
    w = rng.normal(size=(3, 4))
    assert np.abs(w).min() > 0.01, "no kink within the steps"
    analytic = gradient(w, **options)
    differences = central_difference(lambda w: penalty(w, **options), w)
    np.testing.assert_allclose(analytic, differences, rtol=1e-9)
    np.testing.assert_allclose(analytic, jax.grad(partial(penalty, **options))(w), rtol=1e-13)


def test_elastic_net_is_l1_at_one_end_and_l2_at_the_other(rng):
    w = rng.normal(size=7)
    for ratio, penalty, gradient in ((1, l1_penalty, l1_penalty_grad),
                                     (0, l2_penalty, l2_penalty_grad)):  # fmt: skip
        options = {"strength": 0.7, "l1_ratio": ratio}
        assert elastic_net_penalty(w, **options) == penalty(w, strength=0.7)
        np.testing.assert_array_equal(
            elastic_net_penalty_grad(w, **options), gradient(w, strength=0.7)
        )


# --- Steps


def test_steps_by_hand(xp, dtype):
    w, grad = (xp.asarray(a, dtype=getattr(xp, dtype)) for a in ([1.0, -2.0], [1.0, 4.0]))
    options = {"learning_rate": 0.25, "strength": 2.0}
    # 1 - (2·1 + 1)/4 and -2 - (2·(-2) + 4)/4; a half of the weight, less a quarter of the gradient;
    # 0.75 - 0.5 and -3 + 0.5
    for step, expected in ((l2_step, [0.25, -2.0]), (weight_decay_step, [0.25, -2.0]),
                           (proximal_step, [0.25, -2.5])):  # fmt: skip
        moved = step(w, grad, **options)
        assert moved.dtype == w.dtype
        np.testing.assert_array_equal(to_numpy(moved), expected)
    np.testing.assert_array_equal(to_numpy(w), [1.0, -2.0])


def test_weight_decay_is_l2_in_the_loss_for_sgd(rng):
    rate, strength = 0.1, 0.5
    in_loss = decayed = by_sgd = free = rng.normal(size=(4, 3))
    for gradient in rng.normal(size=(20, 4, 3)):
        in_loss = l2_step(in_loss, gradient, learning_rate=rate, strength=strength)
        decayed = weight_decay_step(decayed, gradient, learning_rate=rate, strength=strength)
        penalised = gradient + l2_penalty_grad(by_sgd, strength=strength)
        by_sgd, _ = nnlib.sgd(by_sgd, penalised, None, learning_rate=rate)
        free, _ = nnlib.sgd(free, gradient, None, learning_rate=rate)
    np.testing.assert_allclose(decayed, in_loss, rtol=1e-13)
    np.testing.assert_allclose(by_sgd, in_loss, rtol=1e-13)
    assert np.abs(in_loss - free).max() > 0.1, "a strength that matters"


def test_weight_decay_is_not_l2_in_the_loss_for_adam():
    # Adam's first step is as long as the learning rate, whatever the penalty adds to the gradient;
    # AdamW takes η λ w off as well: 0.1 · 0.5 · 4 = 0.2.
    w, grad = np.array([4.0]), np.array([1.0])
    in_loss, _ = nnlib.adam(w, grad + l2_penalty_grad(w, strength=0.5), None, learning_rate=0.1)
    decayed, _ = nnlib.adamw(w, grad, None, learning_rate=0.1, weight_decay=0.5)
    np.testing.assert_allclose(in_loss, [3.9], rtol=1e-8)
    np.testing.assert_allclose(decayed, [3.7], rtol=1e-8)


def test_l2_shrinks_the_directions_of_small_curvature_most(rng):
    # The minimum of ½(w - w*)ᵀH(w - w*) + λ/2 ‖w‖², along eigenvectors: w* times h/(h + λ).
    h, best, strength = np.array([0.1, 1.0, 10.0]), np.array([1.0, -2.0, 3.0]), 0.5
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    w = np.zeros(3)
    for _ in range(600):
        w = l2_step(w, Q @ (h * (Q.T @ w - best)), learning_rate=0.15, strength=strength)
    np.testing.assert_allclose(Q.T @ w, best * h / (h + strength), rtol=1e-10)


def test_l1_with_a_diagonal_hessian_is_a_soft_threshold():
    # Goodfellow et al., equation 7.23: sign(w*) max(|w*| - λ/H, 0).
    h, best, strength = np.array([0.5, 1.0, 2.0, 2.0]), np.array([0.9, -2.0, 0.3, -0.2]), 0.5
    w = np.ones(4)
    for _ in range(200):
        w = proximal_step(w, h * (w - best), learning_rate=0.4, strength=strength)
    np.testing.assert_allclose(w, [0.0, -1.5, 0.05, 0.0], rtol=1e-12)
    np.testing.assert_allclose(w, soft_threshold(best, threshold=strength / h), rtol=1e-12)


# --- Soft thresholds


def test_soft_threshold_by_hand(xp, dtype):
    w = xp.asarray([[-3.0, -1.0, -0.5], [0.0, 1.5, 1.0]], dtype=getattr(xp, dtype))
    result = soft_threshold(w, threshold=1.0)
    assert result.dtype == w.dtype
    np.testing.assert_array_equal(to_numpy(result), [[-2.0, 0.0, 0.0], [0.0, 0.5, 0.0]])
    np.testing.assert_array_equal(to_numpy(soft_threshold(w, threshold=0)), to_numpy(w))
    each = xp.asarray([0.0, 0.5, 2.0], dtype=getattr(xp, dtype))
    result = to_numpy(soft_threshold(w, threshold=each))
    np.testing.assert_array_equal(result, [[-3.0, -0.5, 0.0], [0.0, 1.0, 0.0]])


def test_soft_threshold_is_the_proximal_operator_of_l1(rng):
    for w, t in zip(rng.normal(size=20) * 2, rng.uniform(0.1, 2, size=20), strict=True):
        found = optimize.minimize_scalar(
            lambda u, w=w, t=t: (u - w) ** 2 / 2 + t * abs(u),
            bounds=(-9, 9), method="bounded", options={"xatol": 1e-10},
        )  # fmt: skip
        assert float(soft_threshold(np.array(w), threshold=t)) == pytest.approx(found.x, abs=1e-6)


def test_group_soft_threshold_is_the_proximal_operator_of_group_lasso(rng):
    W = rng.normal(size=(4, 2))
    expected = np.empty((4, 2))
    for j, w in enumerate(W):
        found = optimize.minimize(
            lambda u, w=w: ((u - w) ** 2).sum() / 2 + 0.8 * (u**2).sum() ** 0.5,
            x0=w, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14},
        )  # fmt: skip
        expected[j] = found.x
    kept = (np.abs(expected) > 1e-6).any(axis=1)
    assert 0 < kept.sum() < 4, "some groups stay, some go"
    result = group_soft_threshold(W, threshold=0.8)
    np.testing.assert_allclose(result, expected, atol=1e-6)
    np.testing.assert_array_equal(result[~kept], 0)
    np.testing.assert_array_equal(group_soft_threshold(W.T, threshold=0.8, axis=0), result.T)


# Rows, the threshold, and what is left, by hand. Squares of the large rows overflow in float32,
# those of the small ones underflow.
GROUPS = [
    ([[3.0, -4.0], [0.6, 0.8]], 1.0, [[2.4, -3.2], [0.0, 0.0]]),
    ([[3.0, -4.0], [0.0, 0.0]], 1.0, [[2.4, -3.2], [0.0, 0.0]]),
    ([[3.0, -4.0], [0.0, 0.0]], 0.0, [[3.0, -4.0], [0.0, 0.0]]),
    ([[3e30, -4e30], [1.0, 0.0]], 2.5e30, [[1.5e30, -2e30], [0.0, 0.0]]),
    ([[3e-30, -4e-30], [1.0, 0.0]], 2.5e-30, [[1.5e-30, -2e-30], [1.0, 0.0]]),
]


@pytest.mark.parametrize(("rows", "threshold", "expected"), GROUPS)
def test_group_soft_threshold_by_hand(xp, dtype, rows, threshold, expected):
    w = xp.asarray(rows, dtype=getattr(xp, dtype))
    result = group_soft_threshold(w, threshold=threshold)
    assert result.dtype == w.dtype
    np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype])


def test_group_soft_threshold_takes_the_threshold_off_each_norm(rng):
    W = rng.normal(size=(20, 3))
    norms = np.linalg.norm(W, axis=1)
    assert norms.min() < 1.5 < norms.max()
    left = np.linalg.norm(group_soft_threshold(W, threshold=1.5), axis=1)
    np.testing.assert_allclose(left, np.maximum(norms - 1.5, 0), rtol=1e-13)


# --- Max-norm


def test_max_norm_projection_by_hand(xp, dtype):
    w = xp.asarray([[3.0, 5.0, 0.6, 0.0], [-4.0, 0.0, 0.8, 0.0]], dtype=getattr(xp, dtype))
    projected = max_norm_projection(w, max_norm=2.5)
    assert projected.dtype == w.dtype
    expected = [[1.5, 2.5, 0.6, 0.0], [-2.0, 0.0, 0.8, 0.0]]
    np.testing.assert_allclose(to_numpy(projected), expected, rtol=RTOL[dtype])
    np.testing.assert_array_equal(to_numpy(projected)[:, 2:], to_numpy(w)[:, 2:])


def test_max_norm_projection_goes_to_the_nearest_point_once(rng):
    w = rng.normal(size=(5, 40)) * rng.uniform(0.1, 3, size=40)
    projected = max_norm_projection(w, max_norm=1.5)
    norms, before = np.linalg.norm(projected, axis=0), np.linalg.norm(w, axis=0)
    assert (before > 1.5).any()
    assert (before < 1.5).any()
    np.testing.assert_allclose(norms, np.minimum(before, 1.5), rtol=1e-14)
    np.testing.assert_allclose(max_norm_projection(projected, max_norm=1.5), projected, rtol=1e-15)
    np.testing.assert_array_equal(max_norm_projection(w.T, max_norm=1.5, axis=-1), projected.T)
    # No point u of the ball lies on the far side of the projection: (w - P)·(u - P) ≤ 0.
    u = rng.normal(size=(100, 5, 1))
    u = 1.5 * u / np.linalg.norm(u, axis=1, keepdims=True)
    assert ((w - projected) * (u - projected)).sum(axis=1).max() < 1e-12


def test_max_norm_of_extreme_weights_is_finite_without_a_warning(xp, dtype):
    w = xp.asarray([[3e30, 3e-30, 0.0], [4e30, 4e-30, 0.0]], dtype=getattr(xp, dtype))
    for max_norm, expected in (
        (1.0, [[0.6, 3e-30, 0.0], [0.8, 4e-30, 0.0]]),
        (1e-30, [[0.6e-30, 0.6e-30, 0.0], [0.8e-30, 0.8e-30, 0.0]]),
    ):
        result = to_numpy(max_norm_projection(w, max_norm=max_norm))
        np.testing.assert_allclose(result, expected, rtol=RTOL[dtype])


def test_jit_changes_nothing(rng):
    w = rng.normal(size=(4, 3))
    for function in (
        partial(group_soft_threshold, threshold=0.5),
        partial(max_norm_projection, max_norm=0.5),
        lambda w: soft_threshold(w, threshold=w[0] * w[0]),
    ):
        np.testing.assert_allclose(jax.jit(function)(w), function(w), rtol=1e-13)


# --- Bad input

W = np.ones((3, 2))
step = partial(l2_step, learning_rate=0.1, strength=0.1)
decay = partial(weight_decay_step, learning_rate=0.1, strength=0.1)
proximal = partial(proximal_step, learning_rate=0.1, strength=0.1)
BAD = [
    (lambda: l2_penalty([1.0], strength=1.0), TypeError, "w must be an array"),
    (lambda: l1_penalty(W.astype(int), strength=1.0), TypeError, "w must have a real floating"),
    (lambda: l2_penalty(W, strength=-1.0), ValueError, "strength must be 0 or more, got -1"),
    (lambda: l1_penalty_grad(W, strength=np.inf), ValueError, "strength must be finite"),
    (lambda: l2_penalty_grad(W, strength="1"), TypeError, "strength must be a real number"),
    (
        lambda: elastic_net_penalty(W, strength=1, l1_ratio=1.5),
        ValueError,
        "l1_ratio must be from 0 to 1, got 1.5",
    ),
    (
        lambda: elastic_net_penalty_grad(W, strength=1, l1_ratio=-0.5),
        ValueError,
        "l1_ratio must be from 0 to 1, got -0.5",
    ),
    (lambda: step(W, W[:2]), ValueError, r"grad must have the shape of w, \(3, 2\), got \(2, 2\)"),
    (lambda: decay(W, W.astype("float32")), TypeError, "grad must have the dtype of w"),
    (lambda: proximal(1.0, W), TypeError, "w must be an array"),
    (lambda: step(W, W, learning_rate=-1), ValueError, "learning_rate must be 0 or more"),
    (lambda: step(W, W, strength=-1), ValueError, "strength must be 0 or more"),
    (lambda: decay(W, W, strength=np.nan), ValueError, "strength must be finite"),
    (lambda: proximal(W, W, strength=-1), ValueError, "strength must be 0 or more"),
    (lambda: soft_threshold(W, threshold=-1.0), ValueError, "threshold must be 0 or more"),
    (lambda: soft_threshold(W, threshold=-W), ValueError, "threshold must be non-negative"),
    (lambda: soft_threshold(W, threshold=W[:, 0]), ValueError, r"threshold must broadcast .* w"),
    (lambda: soft_threshold(W, threshold="1"), TypeError, "threshold must be a real number"),
    (lambda: group_lasso_penalty(W, strength=1, axis=2), ValueError, "axis must be one of w's 2"),
    (lambda: group_soft_threshold(W, threshold=-1), ValueError, "threshold must be 0 or more"),
    (lambda: group_soft_threshold(W[:, :0], threshold=1), ValueError, "w must not be empty"),
    (lambda: max_norm_projection(W, max_norm=0), ValueError, "max_norm must be positive"),
    (lambda: max_norm_projection(W, max_norm=1, axis=0.5), TypeError, "axis must be an integer"),
    (lambda: max_norm_projection(W[0, 0], max_norm=1), ValueError, "axis must be one of w's 0"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
