"""nbval sees what changes in a figure, and only that.

One notebook draws the same figure in many cells. After it was executed, all cells but the first
are changed, and nbval, run as `make test` runs it, says which of them still give what is stored.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from tools import notebooks

NBVAL_CFG = Path(notebooks.__file__).with_name("nbval.cfg")

HEADER = """\
---
kernelspec:
  display_name: Python 3
  name: python3
---

# Figures

```{code-cell} ipython3
import numpy as np
from matplotlib import font_manager
from matplotlib import pyplot as plt
from pylopdf_fonts_zh_cn import serif_path

from nnlib import plotting

plotting.use_style()
font_manager.fontManager.addfont(serif_path())
x = np.linspace(-3, 3, 200)
```
"""

FIGURE = """\
fig, ax = plt.subplots()
ax.plot(x, 1.00 * np.exp(-x**2), label="高斯函数")
ax.plot(x, np.tanh(x), label="tanh")
ax.set_ylabel("值 $y$")
ax.legend()
plotting.show(fig, alt="Two curves.")
"""

# name of the change: text of the figure's cell, what takes its place, whether nbval must fail
CHANGES = {
    "nothing": ("", "", False),
    "one curve by 1%": ("1.00", "1.01", True),
    "legend entry dropped": (', label="tanh"', "", True),
    "label": ("值 $y$", "值 $z$", True),
    "alternative text": ("Two curves", "Some curves", True),
    "another Chinese font": (
        "fig, ax",
        'plt.rcParams["font.family"] = ["Noto Serif SC"]\nfig, ax',
        False,
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What nbval says of each change: True where the cell failed."""
    root = tmp_path_factory.mktemp("figures")
    (root / "_config.yml").write_text("repository: {url: https://example.org/book}\n")
    source = root / "book" / "zh" / "part" / "figures.md"
    source.parent.mkdir(parents=True)
    cell = "\n```{code-cell} ipython3\n" + FIGURE + "```\n"
    source.write_text(HEADER + cell * (len(CHANGES) + 1), "utf-8")
    notebook = notebooks.execute(source, root)

    figures = [c for c in notebook.cells if "plt.subplots" in c.source]
    for figure, (old, new, _) in zip(figures, CHANGES.values(), strict=False):
        assert old in figure.source
        figure.source = figure.source.replace(old, new)
    [output] = figures[-1].outputs  # the same figure, and another picture in store
    output.data["image/svg+xml"] = output.data["image/svg+xml"].replace("#0072b2", "#d55e00")
    path = root / "figures.ipynb"
    nbformat.write(notebook, path)

    report = root / "report.xml"
    options = ["--nbval", f"--nbval-sanitize-with={NBVAL_CFG}", f"--junitxml={report}", "-q"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", path],
        cwd=root,
        env={**os.environ, **notebooks.KERNEL_ENV},
        capture_output=True,
    )
    cells = ElementTree.parse(report).iter("testcase")
    failed = [cell.find("failure") is not None for cell in cells]
    return dict(zip([*CHANGES, "stored picture"], failed[-len(figures) :], strict=True))


@pytest.mark.parametrize("change", [name for name, (*_, fails) in CHANGES.items() if fails])
def test_change_fails(verdicts, change):
    assert verdicts[change]


@pytest.mark.parametrize("change", [name for name, (*_, fails) in CHANGES.items() if not fails])
def test_no_change_passes(verdicts, change):
    assert not verdicts[change]


def test_picture_itself_is_not_compared(verdicts):
    assert not verdicts["stored picture"]
