"""Two small convolutional networks with hand-written backpropagation, for `nnlib.training.fit`.

Parameters are a dict of arrays: kernels `W1` and biases `b1` of the first convolution, and so on;
the last layer is linear. They are a LeNet for images, and the network of the MNIST-1D benchmark.
"""

from nnlib.cnn._cnn1d import cnn1d, cnn1d_init, cnn1d_loss_and_grads
from nnlib.cnn._lenet import lenet, lenet_init, lenet_layers, lenet_loss_and_grads, lenet_vjp

__all__ = [
    "cnn1d",
    "cnn1d_init",
    "cnn1d_loss_and_grads",
    "lenet",
    "lenet_init",
    "lenet_layers",
    "lenet_loss_and_grads",
    "lenet_vjp",
]
