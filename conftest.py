"""Settings of every test run: the kernels that nbval starts inherit this environment."""

import os

from tools.notebooks import KERNEL_ENV

os.environ.update(KERNEL_ENV)
