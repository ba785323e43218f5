"""Regularisation: penalties on the weights, their update steps, and the kinds of dropout."""

from nnlib.regularization._direct_dropout import (
    direct_dropout,
    direct_dropout_test,
    direct_dropout_vjp,
)
from nnlib.regularization._drop_connect import drop_connect, drop_connect_vjp
from nnlib.regularization._dropout import dropout, dropout_vjp, mc_dropout
from nnlib.regularization._groups import (
    group_lasso_penalty,
    group_soft_threshold,
    max_norm_projection,
)
from nnlib.regularization._masks import dropout_mask, spatial_dropout_mask
from nnlib.regularization._penalties import (
    elastic_net_penalty,
    elastic_net_penalty_grad,
    l1_penalty,
    l1_penalty_grad,
    l2_penalty,
    l2_penalty_grad,
)
from nnlib.regularization._ridge import ridge
from nnlib.regularization._steps import l2_step, proximal_step, soft_threshold, weight_decay_step

__all__ = [
    "direct_dropout",
    "direct_dropout_test",
    "direct_dropout_vjp",
    "drop_connect",
    "drop_connect_vjp",
    "dropout",
    "dropout_mask",
    "dropout_vjp",
    "elastic_net_penalty",
    "elastic_net_penalty_grad",
    "group_lasso_penalty",
    "group_soft_threshold",
    "l1_penalty",
    "l1_penalty_grad",
    "l2_penalty",
    "l2_penalty_grad",
    "l2_step",
    "max_norm_projection",
    "mc_dropout",
    "proximal_step",
    "ridge",
    "soft_threshold",
    "spatial_dropout_mask",
    "weight_decay_step",
]
