"""Sizes of outputs and receptive fields, and numbers of parameters, against published tables."""

import numpy as np
import pytest
from conv_reference import KEYWORDS, normal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nnlib

SMALL = st.integers(1, 4)


@given(n=st.integers(1, 12), size=SMALL, stride=SMALL, padding=st.integers(0, 3), dilation=SMALL)
@settings(max_examples=200, **KEYWORDS)
def test_conv_output_size_counts_positions(n, size, stride, padding, dilation):
    starts = range(-padding, n + padding, stride)
    fit = sum(start + dilation * (size - 1) < n + padding for start in starts)
    assume(fit)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    assert nnlib.conv_output_size(n, size=size, **options) == fit
    assert nnlib.conv1d(np.ones((1, 1, n)), np.ones((1, 1, size)), **options).shape == (1, 1, fit)


@given(n=st.integers(1, 12), size=SMALL, stride=SMALL, dilation=SMALL)
@settings(max_examples=50, **KEYWORDS)
def test_same_is_the_input_divided_by_the_stride(n, size, stride, dilation):
    options = {"stride": stride, "padding": "same", "dilation": dilation}
    assert nnlib.conv_output_size(n, size=size, **options) == -(-n // stride)


@given(n=st.integers(1, 6), size=SMALL, stride=SMALL, padding=st.integers(0, 2), dilation=SMALL)
@settings(max_examples=50, **KEYWORDS)
def test_transposed_size_is_what_convolution_maps_back(n, size, stride, padding, dilation):
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    assume(stride * (n - 1) + dilation * (size - 1) >= 2 * padding)
    out = nnlib.conv_transpose_output_size(n, size=size, **options)
    assert nnlib.conv_output_size(out, size=size, **options) == n
    # The smallest such size; with the largest output_padding, the largest.
    assert (
        out == 1
        or out - 1 + 2 * padding < dilation * (size - 1) + 1
        or (nnlib.conv_output_size(out - 1, size=size, **options) == n - 1)
    )
    largest = nnlib.conv_transpose_output_size(n, size=size, output_padding=stride - 1, **options)
    assert largest == out + stride - 1
    assert nnlib.conv_output_size(largest, size=size, **options) == n
    assert nnlib.conv_output_size(largest + 1, size=size, **options) == n + 1


# AlexNet's first layer; ResNet's first layer and pooling; LeNet-5's C1 and S2.
@pytest.mark.parametrize(
    ("n", "options", "out"),
    [
        (227, {"size": 11, "stride": 4}, 55),
        (224, {"size": 7, "stride": 2, "padding": 3}, 112),
        (112, {"size": 3, "stride": 2, "padding": 1}, 56),
        (32, {"size": 5}, 28),
        (28, {"size": 2, "stride": 2}, 14),
        (5, {"size": 3, "dilation": 2, "padding": "valid"}, 1),
    ],
)
def test_sizes_of_known_networks(n, options, out):
    assert nnlib.conv_output_size(n, **options) == out


# AlexNet's windows, from conv1 to pool5: 11, 11 + 2·4 = 19, 19 + 4·8 = 51, …; the last of them is
# in Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks", Distill,
# 2019: 195, with a stride of 32.
ALEXNET = [(11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2)]


def test_receptive_fields_of_alexnet():
    fields = [nnlib.receptive_field(ALEXNET[:n])[0] for n in range(1, 9)]
    assert fields == [11, 19, 51, 67, 99, 131, 163, 195]
    assert nnlib.receptive_field(ALEXNET) == (195, 32)


@pytest.mark.parametrize("layers", [[], [(3, 1)], [(3, 2), (2, 3)], [(3, 1, 2), (2, 2), (3, 2, 3)]])
def test_receptive_field_is_where_the_gradient_is_not_zero(rng, layers):
    outputs = [np.abs(*normal(rng, (1, 1, 60)))]
    weights = [np.abs(*normal(rng, (1, 1, size))) for size, *_ in layers]
    options = [{"stride": s, "dilation": (*d, 1)[0]} for _, s, *d in layers]
    for w, option in zip(weights, options, strict=True):
        outputs.append(nnlib.conv1d(outputs[-1], w, **option))
    starts = []
    for position in (0, 1):
        grad = np.zeros_like(outputs[-1])
        grad[0, 0, position] = 1
        for x, w, option in zip(outputs[-2::-1], weights[::-1], options[::-1], strict=True):
            grad, *_ = nnlib.conv1d_vjp(grad, x, w, **option)
        touched = np.flatnonzero(grad)
        starts.append(touched[0])
        size, jump = nnlib.receptive_field(layers)
        assert touched[-1] - touched[0] + 1 == size
    assert starts[1] - starts[0] == jump


@pytest.mark.parametrize(
    ("arguments", "options", "count"),
    [
        # LeCun et al., 1998: LeNet-5's C1 has 156 parameters, its C5 48 120.
        ((1, 6, 5), {}, 156),
        ((16, 120, (5, 5)), {}, 48_120),
        # Simonyan and Zisserman's first layer: 64 · 3 · 9 + 64.
        ((3, 64, 3), {}, 1792),
        ((8, 8, 3), {"groups": 8, "bias": False}, 72),
        ((25, 25, (3,)), {}, 1900),
    ],
)
def test_parameters_of_known_layers(arguments, options, count):
    assert nnlib.conv_parameters(*arguments, **options) == count


BAD = [
    (lambda: nnlib.conv_output_size(0, size=1), ValueError, "n must be 1 or more, got 0"),
    (lambda: nnlib.conv_output_size(4.0, size=1), TypeError, "n must be an integer, got float"),
    (lambda: nnlib.conv_output_size(4, size=0), ValueError, "size must be 1 or more, got 0"),
    (
        lambda: nnlib.conv_output_size(4, size=3, dilation=2),
        ValueError,
        r"window must fit into the input and its padding: it spans 5 .* 0 \+ 4 \+ 0",
    ),
    (lambda: nnlib.conv_output_size(4, size=3, padding="Same"), ValueError, "padding .* 'Same'"),
    (
        lambda: nnlib.conv_transpose_output_size(2, size=2, padding=2),
        ValueError,
        r"padding must leave something of the output's L, which would be 3 - 2 · 2",
    ),
    (
        lambda: nnlib.conv_transpose_output_size(2, size=2, stride=2, output_padding=2),
        ValueError,
        "output_padding must be less than the stride or the dilation: along L they are 2 and 1",
    ),
    (lambda: nnlib.receptive_field([3]), TypeError, r"layers must hold tuples .* got 3"),
    (lambda: nnlib.receptive_field([(3,)]), ValueError, r"layers must hold \(size, stride.*\(3,\)"),
    (lambda: nnlib.receptive_field([(3, 0)]), ValueError, "stride must be 1 or more, got 0"),
    (lambda: nnlib.conv_parameters(0, 1, 3), ValueError, "channels_in must be 1 or more"),
    (lambda: nnlib.conv_parameters(1, 1, (3, 0)), ValueError, "size must be 1 or more"),
    (lambda: nnlib.conv_parameters(4, 6, 3, groups=4), ValueError, "divide channels_out, 6, got 4"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_input_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
