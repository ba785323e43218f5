"""Settings of every test run: the kernels that nbval starts inherit this environment."""

import os

import pytest

from tools.notebooks import KERNEL_ENV

os.environ.update(KERNEL_ENV)

# Tests that take long and share nothing, so that any worker may have the next one. Of other files,
# all tests run on one worker: a notebook's cells belong together, and modules keep what they made.
LONG = ("tests/book/test_equations.py::test_mutants_", "tests/browser/test_pages.py::")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadFileScheduling

    class Scheduler(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return nodeid if nodeid.startswith(LONG) else super()._split_scope(nodeid)

    return Scheduler(config, log)
