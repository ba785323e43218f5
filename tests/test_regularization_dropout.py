"""Dropout and its relatives: all masks enumerated, values by hand, gradients by differentiation."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from helpers import central_difference, to_numpy

import nnlib
from nnlib.regularization import (
    direct_dropout,
    direct_dropout_test,
    direct_dropout_vjp,
    drop_connect,
    drop_connect_vjp,
    dropout,
    dropout_mask,
    dropout_vjp,
    mc_dropout,
    spatial_dropout_mask,
)

RTOL = {"float32": 2e-6, "float64": 1e-13}
RATE = 0.3


def all_masks(shape, rate):
    """Every mask of a shape, with its probability."""
    for kept in product([True, False], repeat=int(np.prod(shape))):
        yield np.reshape(kept, shape), np.prod(np.where(kept, 1 - rate, rate))


def mean_over_masks(f, shape, rate):
    return sum(probability * f(mask) for mask, probability in all_masks(shape, rate))


# --- Masks


def test_masks_are_booleans_drawn_with_the_keep_probability(rng):
    mask = dropout_mask(rng, (400, 250), RATE)
    assert isinstance(mask, np.ndarray)
    assert (mask.dtype, mask.shape) == (bool, (400, 250))
    error = (RATE * (1 - RATE) / mask.size) ** 0.5
    assert abs(mask.mean() - (1 - RATE)) < 4 * error
    # Neighbours are independent: both are kept as often as (1 - rate)².
    for both in (mask[1:] & mask[:-1], mask[:, 1:] & mask[:, :-1]):
        assert abs(both.mean() - (1 - RATE) ** 2) < 6 * error


def test_masks_come_from_the_generator():
    first, again, other = (dropout_mask(np.random.default_rng(k), 50, 0.5) for k in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    assert first.shape == (50,)
    assert dropout_mask(np.random.default_rng(0), (9, 9), rate=0).all()
    assert dropout_mask(np.random.default_rng(0), (), 0.5).shape == ()


@pytest.mark.parametrize("pixels", [(), (5,), (2, 3)])
def test_spatial_masks_are_constant_over_a_channel(rng, pixels):
    mask = spatial_dropout_mask(rng, (500, 4, *pixels), RATE)
    assert (mask.dtype, mask.shape) == (bool, (500, 4, *pixels))
    channels = mask.reshape(500, 4, -1)
    np.testing.assert_array_equal(channels, channels[:, :, :1].repeat(channels.shape[2], axis=2))
    # Channels and examples are drawn for themselves.
    assert abs(channels[:, :, 0].mean() - (1 - RATE)) < 4 * (RATE * (1 - RATE) / 2000) ** 0.5
    assert len(np.unique(channels[:, :, 0], axis=0)) == 2**4
    mask[0, 0] = ~mask[0, 0]  # an array of one's own


# --- Dropout of units


def test_dropout_by_hand(xp, dtype):
    x = xp.asarray([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], dtype=getattr(xp, dtype))
    mask = xp.asarray([[True, False, True], [False, True, True]])
    for result, expected in (
        (direct_dropout(x, mask), [[1, 0, 3], [0, 5, -6]]),
        (dropout(x, mask, rate=0.5), [[2, 0, 6], [0, 10, -12]]),
        (dropout(x, mask, rate=0.75), [[4, 0, 12], [0, 20, -24]]),
        (dropout(x, mask[0, :], rate=0.5), [[2, 0, 6], [8, 0, -12]]),  # one mask for all
        (direct_dropout_test(x, rate=0.25), [[0.75, -1.5, 2.25], [3, 3.75, -4.5]]),
        (direct_dropout_vjp(x, x, mask), [[1, 0, 3], [0, 5, -6]]),
        (dropout_vjp(x, x, mask, rate=0.5), [[2, 0, 6], [0, 10, -12]]),
    ):
        assert result.dtype == x.dtype
        np.testing.assert_allclose(to_numpy(result), expected, rtol=RTOL[dtype])


def test_dropout_keeps_the_mean_over_all_masks(rng):
    x = rng.normal(size=(2, 4))
    inverted = mean_over_masks(lambda mask: dropout(x, mask, rate=RATE), x.shape, RATE)
    np.testing.assert_allclose(inverted, x, rtol=1e-13)
    direct = mean_over_masks(lambda mask: direct_dropout(x, mask), x.shape, RATE)
    np.testing.assert_allclose(direct, direct_dropout_test(x, rate=RATE), rtol=1e-13)
    # What it adds is noise, of the variance x² (1 - p) / p.
    square = mean_over_masks(lambda mask: dropout(x, mask, rate=RATE) ** 2, x.shape, RATE)
    np.testing.assert_allclose(square - x**2, x**2 * RATE / (1 - RATE), rtol=1e-12)


def test_dropout_of_linear_regression_is_an_l2_penalty_by_feature(rng):
    # E‖y - (M ⊙ X)w‖² = ‖y - pXw‖² + p(1 - p) Σ (XᵀX)ᵢᵢ wᵢ², over all masks
    X, y, w, p = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4), 1 - RATE
    mean = mean_over_masks(
        lambda mask: ((y - direct_dropout(X, mask) @ w) ** 2).sum(), X.shape, RATE
    )
    scaled = ((y - direct_dropout_test(X, rate=RATE) @ w) ** 2).sum()
    assert mean == pytest.approx(scaled + p * RATE * (X**2).sum(axis=0) @ w**2, rel=1e-12)


def test_weight_scaling_is_the_geometric_mean_of_all_subnetworks_of_softmax_regression(rng):
    x, W, b = rng.normal(size=5), rng.normal(size=(5, 3)), rng.normal(size=3)
    geometric = np.exp(
        mean_over_masks(
            lambda mask: nnlib.log_softmax(direct_dropout(x, mask) @ W + b), x.shape, RATE
        )
    )
    scaled = nnlib.softmax(direct_dropout_test(x, rate=RATE) @ W + b)
    np.testing.assert_allclose(geometric / geometric.sum(), scaled, rtol=1e-12)


def test_vjp_agrees_with_central_differences_and_jax(rng):
    x, dy, mask = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), dropout_mask(rng, (3, 4), RATE)
    assert 0 < mask.sum() < 12
    for forward, gradient in (
        (lambda x, m: dropout(x, m, rate=RATE), dropout_vjp(dy, x, mask, rate=RATE)),
        (direct_dropout, direct_dropout_vjp(dy, x, mask)),
    ):
        _, pull = jax.vjp(lambda x, forward=forward: forward(x, jnp.asarray(mask)), jnp.asarray(x))
        np.testing.assert_allclose(gradient, *pull(dy), rtol=1e-13)
        numeric = central_difference(lambda x, f=forward: (dy * f(x, mask)).sum(), x)
        np.testing.assert_allclose(gradient, numeric, atol=1e-10)


# --- DropConnect


def test_drop_connect_by_hand(xp, dtype):
    kind = getattr(xp, dtype)
    x, W, b = (
        xp.asarray(a, dtype=kind)
        for a in ([[1.0, 10.0], [2.0, 0.0]], [[1.0, 2.0], [3.0, 4.0]], [0.5, -0.5])
    )
    mask = xp.asarray([[True, False], [True, True]])
    # Weights 2, 0 and 6, 8 are left.
    z = drop_connect(x, W, b, mask, rate=0.5)
    assert z.dtype == kind
    np.testing.assert_allclose(to_numpy(z), [[62.5, 79.5], [4.5, -0.5]], rtol=RTOL[dtype])
    dy = xp.asarray([[1.0, 2.0], [0.0, 1.0]], dtype=kind)
    expected = [[2, 22], [0, 8]], [[2, 0], [20, 40]], [1, 3]
    gradients = drop_connect_vjp(dy, x, W, b, mask, rate=0.5)
    for gradient, right in zip(gradients, expected, strict=True):
        assert gradient.dtype == kind
        np.testing.assert_allclose(to_numpy(gradient), right, rtol=RTOL[dtype])


def test_drop_connect_keeps_the_mean_over_all_masks(rng):
    x, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    mean = mean_over_masks(lambda mask: drop_connect(x, W, b, mask, rate=RATE), W.shape, RATE)
    np.testing.assert_allclose(mean, x @ W + b, rtol=1e-12)


@pytest.mark.parametrize("shape", [(3,), (2, 4, 3)])
def test_drop_connect_vjp_agrees_with_central_differences_and_jax(rng, shape):
    args = rng.normal(size=shape), rng.normal(size=(3, 2)), rng.normal(size=2)
    mask, dy = dropout_mask(rng, (3, 2), RATE), rng.normal(size=(*shape[:-1], 2))
    assert 0 < mask.sum() < 6
    gradients = drop_connect_vjp(dy, *args, mask, rate=RATE)
    traced = jnp.asarray(mask)
    _, pull = jax.vjp(lambda *args: drop_connect(*args, traced, rate=RATE), *args)
    for k, (gradient, by_jax) in enumerate(zip(gradients, pull(dy), strict=True)):
        np.testing.assert_allclose(gradient, by_jax, rtol=1e-12)

        def objective(a, k=k):
            moved = (*args[:k], a, *args[k + 1 :])
            return (dy * drop_connect(*moved, mask, rate=RATE)).sum()

        np.testing.assert_allclose(gradient, central_difference(objective, args[k]), atol=1e-9)


# --- Monte Carlo dropout


def test_mc_dropout_by_hand(xp, dtype, rng):
    answers = iter([[1.0, 5.0], [3.0, 5.0], [5.0, 5.0], [7.0, 5.0]])
    given = xp.asarray([0.0])

    def predict(x, generator):
        assert x is given
        assert generator is rng
        return xp.asarray(next(answers), dtype=getattr(xp, dtype))

    mean, std = mc_dropout(predict, given, samples=4, rng=rng)
    assert mean.dtype == std.dtype == getattr(xp, dtype)
    np.testing.assert_allclose(to_numpy(mean), [4.0, 5.0], rtol=RTOL[dtype])
    np.testing.assert_allclose(to_numpy(std), [5**0.5, 0.0], rtol=RTOL[dtype])
    assert next(answers, None) is None


def test_mc_dropout_of_a_linear_model_has_the_spread_of_its_masks(rng):
    x, w = rng.normal(size=(3, 6)), rng.normal(size=6)

    def predict(x, rng):
        return dropout(x, dropout_mask(rng, x.shape, RATE), rate=RATE) @ w

    mean, std = mc_dropout(predict, x, samples=4000, rng=np.random.default_rng(1))
    spread = np.sqrt((x * w) ** 2 @ np.full(6, RATE / (1 - RATE)))
    np.testing.assert_allclose(std, spread, rtol=0.06)
    np.testing.assert_array_less(np.abs(mean - x @ w), 4 * spread / 4000**0.5)
    again = mc_dropout(predict, x, samples=4000, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(again, [mean, std])


# --- Bad input

RNG = np.random.default_rng(0)
X, M = np.ones((3, 2)), np.ones((3, 2), dtype=bool)
W, B = np.ones((2, 4)), np.ones(4)
MW = W > 0
SHRINKING = iter([np.ones(3), np.ones(2)])
BAD = [
    (lambda: dropout_mask(0, (3,), 0.5), TypeError, "rng must be a numpy.random.Generator"),
    (lambda: dropout_mask(RNG, (3,), 1.0), ValueError, "rate must be less than 1, got 1"),
    (lambda: dropout_mask(RNG, (3,), -0.1), ValueError, "rate must be 0 or more, got -0.1"),
    (lambda: dropout_mask(RNG, (3, 0.5), 0.5), TypeError, r"shape\[1\] must be an integer"),
    (lambda: dropout_mask(RNG, (-3,), 0.5), ValueError, r"shape\[0\] must be 0 or more, got -3"),
    (lambda: spatial_dropout_mask(RNG, (3,), 0.5), ValueError, r"shape must be \(examples, chan"),
    (lambda: spatial_dropout_mask(None, (3, 2), 0.5), TypeError, "rng must be a numpy.random"),
    (lambda: dropout([1.0], M, rate=0.5), TypeError, "x must be an array"),
    (lambda: dropout(X, M.tolist(), rate=0.5), TypeError, "mask must be an array"),
    (lambda: dropout(X, X, rate=0.5), TypeError, "mask must have a boolean dtype, got float64"),
    (lambda: dropout(X, M[:2], rate=0.5), ValueError, r"mask must broadcast .* x, \(3, 2\), got"),
    (lambda: dropout(X[0], M, rate=0.5), ValueError, r"mask must broadcast .* x, \(2,\), got"),
    (lambda: dropout(X, M, rate=1), ValueError, "rate must be less than 1, got 1"),
    (lambda: dropout(X, jnp.asarray(M), rate=0.5), TypeError, "x, mask must be of one array"),
    (lambda: direct_dropout(X.astype(int), M), TypeError, "x must have a real floating-point"),
    (lambda: direct_dropout_test(X, rate="half"), TypeError, "rate must be a real number"),
    (lambda: dropout_vjp(X[:2], X, M, rate=0.5), ValueError, r"dy must have the shape of x"),
    (lambda: direct_dropout_vjp(X, X, [True]), TypeError, "mask must be an array"),
    (lambda: dropout_vjp(X, X, M, rate=-1), ValueError, "rate must be 0 or more"),
    (lambda: drop_connect(X, W.tolist(), B, MW, rate=0.5), TypeError, "W must be an array"),
    (lambda: drop_connect(X, W, B, MW[0], rate=0.5), ValueError, "mask must have the shape of W"),
    (lambda: drop_connect(X, W, B, W, rate=0.5), TypeError, "mask must have a boolean dtype"),
    (lambda: drop_connect(X, W, B[:1], MW, rate=0.5), ValueError, r"b must have the shape \(4,\)"),
    (lambda: drop_connect(X, W, B, MW, rate=1), ValueError, "rate must be less than 1"),
    (lambda: drop_connect_vjp(X, X, W, B, MW, rate=0.5), ValueError, r"dy must have the shape of"),
    (lambda: mc_dropout(lambda x, rng: x, X, samples=0, rng=RNG), ValueError, "samples must be 1"),
    (lambda: mc_dropout(lambda x, rng: x, X, samples=2, rng=1), TypeError, "rng must be a numpy"),
    (
        lambda: mc_dropout(lambda x, rng: 1.0, X, samples=2, rng=RNG),
        TypeError,
        "prediction 1 must be an array",
    ),
    (
        lambda: mc_dropout(lambda x, rng: next(SHRINKING), X, samples=2, rng=RNG),
        ValueError,
        r"prediction 2 must have the shape of prediction 1, \(3,\), got \(2,\)",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
