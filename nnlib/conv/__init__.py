"""Convolution: its layers and their gradients, pooling, batch normalisation, and sizes."""

from nnlib.conv._avg_pool import (
    avg_pool2d,
    avg_pool2d_vjp,
    global_avg_pool2d,
    global_avg_pool2d_vjp,
)
from nnlib.conv._batch_norm import batch_norm, batch_norm_vjp
from nnlib.conv._batch_statistics import batch_statistics, update_running_statistics
from nnlib.conv._columns import col2im, im2col
from nnlib.conv._conv1d import conv1d, conv1d_vjp
from nnlib.conv._conv2d import conv2d, conv2d_vjp
from nnlib.conv._max_pool import max_pool2d, max_pool2d_vjp
from nnlib.conv._shapes import (
    conv_output_size,
    conv_parameters,
    conv_transpose_output_size,
    receptive_field,
)
from nnlib.conv._transpose import conv_transpose2d, conv_transpose2d_vjp

__all__ = [
    "avg_pool2d",
    "avg_pool2d_vjp",
    "batch_norm",
    "batch_norm_vjp",
    "batch_statistics",
    "col2im",
    "conv1d",
    "conv1d_vjp",
    "conv2d",
    "conv2d_vjp",
    "conv_output_size",
    "conv_parameters",
    "conv_transpose2d",
    "conv_transpose2d_vjp",
    "conv_transpose_output_size",
    "global_avg_pool2d",
    "global_avg_pool2d_vjp",
    "im2col",
    "max_pool2d",
    "max_pool2d_vjp",
    "receptive_field",
    "update_running_statistics",
]
