"""Convolution, pooling and the training of a convolutional network: nnlib against PyTorch.

make bench
"""

import numpy as np
from sides import Case, main

# A batch of 64 images of 28 × 28 pixels, from 8 channels to 16 by kernels of 3 × 3.
IMAGES, KERNELS, OUTPUTS = (64, 8, 28, 28), (16, 8, 3, 3), (64, 16, 28, 28)
# A LeNet for images of 8 × 8 pixels, as many as in a training set of scikit-learn's digits.
LENET = {"W1": (16, 1, 3, 3), "W2": (32, 16, 3, 3), "W3": (128, 10)}
EXAMPLES, BATCH = 1437, 32


def arrays(*shapes):
    """The same numbers on both sides."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape).astype("float32") for shape in shapes]


def tensors(*shapes):
    """The same for PyTorch, of which gradients are wanted but for the last."""
    import torch

    *inputs, dy = map(torch.tensor, arrays(*shapes))
    return [*(t.requires_grad_() for t in inputs), dy]


def conv_nnlib():
    import nnlib

    x, w, b, dy = arrays(IMAGES, KERNELS, KERNELS[:1], OUTPUTS)

    def run():
        y = nnlib.conv2d(x, w, b, padding=1)
        return sum(np.vdot(a, a) for a in (y[0], *nnlib.conv2d_vjp(dy, x, w, b, padding=1)))

    return run


def conv_torch():
    import torch

    x, w, b, dy = tensors(IMAGES, KERNELS, KERNELS[:1], OUTPUTS)

    def run():
        y = torch.nn.functional.conv2d(x, w, b, padding=1)
        gradients = torch.autograd.grad(y, (x, w, b), dy)
        return sum(a.ravel() @ a.ravel() for a in (y[0], *gradients)).item()

    return run


def pool_nnlib():
    import nnlib

    (x,) = arrays(OUTPUTS)
    return lambda: nnlib.max_pool2d(x, 2)[0, 0, 0, 0]


def pool_torch():
    import torch

    x = torch.tensor(arrays(OUTPUTS)[0])
    return lambda: torch.nn.functional.max_pool2d(x, 2)[0, 0, 0, 0]


def pool_both_nnlib():
    import nnlib

    x, dy = arrays(OUTPUTS, (64, 16, 14, 14))

    def run():
        y, dx = nnlib.max_pool2d(x, 2), nnlib.max_pool2d_vjp(dy, x, 2)
        return y[0, 0, 0, 0] + dx[0, 0].sum()

    return run


def pool_both_torch():
    import torch

    x, dy = tensors(OUTPUTS, (64, 16, 14, 14))

    def run():
        y = torch.nn.functional.max_pool2d(x, 2)
        (dx,) = torch.autograd.grad(y, x, dy)
        return (y[0, 0, 0, 0] + dx[0, 0].sum()).item()

    return run


def digits():
    """Images, labels and parameters; random ones take as long as real ones."""
    X, *weights = arrays((EXAMPLES, 1, 8, 8), *LENET.values())
    labels = np.random.default_rng(1).integers(10, size=EXAMPLES)
    return X, labels, [w / 10 for w in weights]


def epoch_nnlib():
    from nnlib.cnn import lenet_loss_and_grads
    from nnlib.training import fit

    X, labels, weights = digits()
    params = {}
    for layer, w in enumerate(weights, start=1):
        params[f"W{layer}"] = w
        params[f"b{layer}"] = np.zeros(w.shape[0] if w.ndim == 4 else w.shape[1], dtype="float32")

    def run():
        rng = np.random.default_rng(0)
        options = {"rng": rng, "epochs": 1, "batch_size": BATCH}
        return fit(lenet_loss_and_grads, params, X, labels, **options)[1]["loss"][0]

    return run


def epoch_torch():
    import torch
    from torch import nn

    X, labels, weights = digits()
    X, labels = torch.tensor(X), torch.tensor(labels)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    loss_function = nn.CrossEntropyLoss()

    def run():
        with torch.no_grad():
            for layer, w in zip((model[0], model[3], model[7]), weights, strict=True):
                layer.weight[:] = torch.tensor(w if w.ndim == 4 else w.T)
                layer.bias[:] = 0
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        order = torch.tensor(np.random.default_rng(0).permutation(EXAMPLES))
        total = 0.0
        for batch in order.split(BATCH):
            loss = loss_function(model(X[batch]), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        return total / EXAMPLES

    return run


if __name__ == "__main__":
    main(
        {
            "conv2d and gradients": Case(conv_nnlib, conv_torch, bar=2.3),
            "max_pool2d": Case(pool_nnlib, pool_torch, bar=0.5),
            "max_pool2d and gradient": Case(pool_both_nnlib, pool_both_torch, bar=0.5),
            "an epoch of a LeNet": Case(epoch_nnlib, epoch_torch, bar=2.0),
        }
    )
