"""Windows as columns, and back: against hand-worked values, the convolution, and each other."""

import numpy as np
import pytest
from conv_reference import KEYWORDS, assert_close, cases, normal
from helpers import to_numpy
from hypothesis import given, settings

import nnlib


def test_im2col_by_hand(xp):
    x = xp.asarray([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]], [[10.0, 20, 30]] * 3]])
    columns = to_numpy(nnlib.im2col(x, 2))
    # Windows at the top left, top right, bottom left, bottom right; rows as in the kernel.
    first = [[1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9]]
    second = [[10, 20, 10, 20], [20, 30, 20, 30]] * 2
    np.testing.assert_array_equal(columns, [first + second])


def test_col2im_by_hand(xp):
    # Windows 1 2 and 3 4, one step apart, overlap in the middle.
    columns = xp.asarray([[[1.0, 3.0], [2.0, 4.0]]])
    back = nnlib.col2im(columns, (1, 1, 1, 3), (1, 2))
    np.testing.assert_array_equal(to_numpy(back), [[[[1, 2 + 3, 4]]]])
    # With a padding of 1 the first element of the first window, and the last one, are padding.
    back = nnlib.col2im(columns, (1, 1, 1, 2), (1, 2), padding=(0, 1), stride=2)
    np.testing.assert_array_equal(to_numpy(back), [[[[2, 3]]]])


@given(case=cases())
@settings(max_examples=100, **KEYWORDS)
def test_convolution_is_kernels_times_columns(case):
    shape, kernel, options = case
    del options["groups"]
    rng = np.random.default_rng(0)
    x, w = normal(rng, shape, (kernel[0], shape[1], *kernel[2:]))
    y = nnlib.conv2d(x, w, **options)
    columns = nnlib.im2col(x, kernel[2:], **options)
    assert_close((w.reshape(len(w), -1) @ columns).reshape(y.shape), y, 1e-13)


@given(case=cases())
@settings(max_examples=100, **KEYWORDS)
def test_col2im_is_the_transpose_of_im2col(case):
    shape, kernel, options = case
    del options["groups"]
    rng = np.random.default_rng(0)
    (x,) = normal(rng, shape)
    columns = nnlib.im2col(x, kernel[2:], **options)
    (others,) = normal(rng, columns.shape)
    back = nnlib.col2im(others, shape, kernel[2:], **options)
    assert back.shape == shape
    assert_close((others * columns).sum(), (back * x).sum(), 1e-12)


def test_windows_that_do_not_overlap_come_back_unchanged(xp, dtype, rng):
    x = xp.asarray(*normal(rng, (2, 3, 6, 4), dtype=dtype))
    columns = nnlib.im2col(x, (3, 2), stride=(3, 2))
    assert columns.dtype == x.dtype
    back = nnlib.col2im(columns, x.shape, (3, 2), stride=(3, 2))
    assert back.dtype == x.dtype
    np.testing.assert_array_equal(to_numpy(back), to_numpy(x))


X, A = np.ones((2, 3, 5, 4)), np.ones((2, 12, 12))
BAD = [
    (lambda: nnlib.im2col([1.0], 2), TypeError, "x must be an array"),
    (lambda: nnlib.im2col(X[0], 2), ValueError, r"x must have the shape \(N, C, H, W\)"),
    (lambda: nnlib.im2col(X, 0), ValueError, "size must be 1 or more, got 0"),
    (lambda: nnlib.im2col(X, (2, 2, 2)), ValueError, "size must have one integer for each of 2"),
    (
        lambda: nnlib.im2col(X, (2, 5)),
        ValueError,
        r"window must fit into x and its padding: it spans 5 elements along W, .* 0 \+ 4 \+ 0",
    ),
    (lambda: nnlib.col2im(X.astype(int), X.shape, 2), TypeError, "columns must have a real float"),
    (
        lambda: nnlib.col2im(A, (3, 5, 4), 2),
        ValueError,
        "shape must have one integer for each of 4",
    ),
    (lambda: nnlib.col2im(A, (2, 3, 5, 1), 2), ValueError, "window must fit into shape"),
    (
        lambda: nnlib.col2im(A[:, 1:], (2, 3, 5, 4), 2),
        ValueError,
        r"columns must have the shape \(2, 12, 12\): .* got \(2, 11, 12\)",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
