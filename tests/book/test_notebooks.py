"""Every chapter's notebook is executed, is made from its source, and follows the book's rules.

nbval proves that outputs are fresh; here are the conditions under which its verdict counts.
"""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from tools import notebooks

CHAPTERS = notebooks.sources()
NAMES = [path.relative_to(notebooks.ROOT).as_posix() for path in CHAPTERS]


@pytest.mark.parametrize("source", CHAPTERS, ids=NAMES)
def test_notebook(source):
    problems = notebooks.check(source)
    assert not problems, "\n".join(problems)


def test_there_are_chapters_in_both_languages():
    assert {name.split("/")[1] for name in NAMES} == {"en", "zh"}


def test_every_notebook_has_a_source():
    book = notebooks.ROOT / "book"
    orphans = [
        path
        for path in book.glob("**/*.ipynb")
        if ".ipynb_checkpoints" not in path.parts and path.with_suffix(".md") not in CHAPTERS
    ]
    assert not orphans, f"no source (.md) beside these, which `make notebooks` writes: {orphans}"


# The check itself, on small notebooks

SOURCE = """\
---
kernelspec:
  display_name: Python 3
  name: python3
---

# Title

```{code-cell} ipython3
:tags: [hide-input]

# plotting.use_style() is set-up
import sys
```

Text.

```{code-cell} ipython3
print("a")
print("b")
```

+++

The same cell again:

```{code-cell} ipython3
print("a")
print("b")
```
"""


@pytest.fixture
def root(tmp_path):
    """A tree with one chapter, not executed."""
    (tmp_path / "_config.yml").write_text("repository: {url: https://example.org/book}\n")
    (tmp_path / "book" / "en" / "part").mkdir(parents=True)
    chapter(tmp_path).write_text(SOURCE)
    return tmp_path


def chapter(root: Path) -> Path:
    return root / "book" / "en" / "part" / "chapter.md"


@pytest.fixture
def executed(root):
    """The chapter's notebook as it is after execution, written without a kernel."""
    notebook = notebooks.skeleton(chapter(root), root)
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    notebook.cells[-1].outputs = [new_output("stream", name="stdout", text="a\nb\n")]
    write(root, notebook)
    assert notebooks.check(chapter(root), root) == []
    return notebook


def write(root, notebook):
    path = chapter(root).with_suffix(".ipynb")
    path.write_text(notebooks.serialise(notebook), "utf-8")


def problem(root, notebook=None) -> str:
    """The one problem of a notebook, once it is written."""
    if notebook is not None:
        write(root, notebook)
    [found] = notebooks.check(chapter(root), root)
    return found


def test_missing(root):
    assert problem(root) == (
        "book/en/part/chapter.ipynb is missing: run `make notebooks` and commit the result."
    )


def test_unexecuted(root, executed):
    executed.cells[-1].execution_count = None
    executed.cells[-1].outputs = []
    assert "was not executed from top to bottom" in problem(root, executed)


def test_executed_out_of_order(root, executed):
    executed.cells[-1].execution_count = 7
    assert "was not executed from top to bottom" in problem(root, executed)


@pytest.mark.parametrize(("old", "new", "cell"), [('"b"', '"c"', 5), ("Text", "Test", 4)])
def test_changed_source(root, executed, old, new, cell):
    chapter(root).write_text(SOURCE.replace(old, new, 1))
    assert f"differs from chapter.md from cell {cell} on: run `make notebooks`" in problem(root)


def test_dropped_cell(root, executed):
    del executed.cells[-1]
    assert "differs from chapter.md from cell 7 on" in problem(root, executed)


def test_changed_tags_in_source(root, executed):
    chapter(root).write_text(SOURCE.replace("hide-input", "hide-cell"))
    assert "holds other metadata" in problem(root)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda notebook: notebook.cells[0].update(id="0a1b2c3d"),
        lambda notebook: notebook.cells[-1].metadata.update(execution={"iopub.status.busy": "1"}),
        lambda notebook: notebook.metadata.language_info.update(version="3.11.7"),
        lambda notebook: notebook.metadata.update(widgets={}),
    ],
    ids=["random id", "timing", "patch release", "widgets"],
)
def test_noise(root, executed, spoil):
    spoil(executed)
    assert "holds other metadata or cell ids" in problem(root, executed)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (new_output("stream", name="stderr", text="Warning"), "text written to stderr"),
        (new_output("error", ename="ValueError", evalue="", traceback=[]), "an error (ValueError)"),
        (new_output("stream", name="stdout", text="[np.float64(0.5)]"), "prints 'np.float64('"),
        (new_output("execute_result", {"text/plain": "np.True_"}), "prints 'np.True_'"),
        (new_output("display_data", {"image/png": "", "text/plain": "<Figure>"}), "image/png"),
        (new_output("display_data", {"image/svg+xml": "<svg/>"}), "without its text form"),
        (
            new_output(
                "display_data",
                {"image/svg+xml": "<svg/>", "text/plain": "<SVG object>"},
                metadata={"image/svg+xml": {"alt": "A curve."}},
            ),
            "without its text form",
        ),
    ],
)
def test_bad_output(root, executed, output, message):
    executed.cells[-1].outputs = [output]
    found = problem(root, notebooks.finish(executed))
    assert found.startswith('book/en/part/chapter.md:28 (`print("a")`) ')
    assert message in found


LONG = "\n\n".join(f"# Comment\nx{i} = {i}" for i in range(10))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("x = 1\n" + LONG, "shows 11 lines of code, where 10 are allowed"),
        ("# NBVAL_IGNORE_OUTPUT\nx = 1", "has a comment that switches off the comparison"),
        (":tags: [nbval-skip]\n\nx = 1", "remove nbval-skip"),
        (":tags: [raises-exception]\n\nx = 1", "remove raises-exception"),
        (":tags: [hide-input]\n\nx = 1", "is hidden (hide-input), but only set-up and plotting"),
        (LONG, None),
        (":tags: [hide-input]\n\nplotting.show(fig)\nx = 1\n" + LONG, None),
        (":tags: [hide-input]\n\nexplorer.table(sheet)\nx = 1\n" + LONG, None),
    ],
)
def test_code_cells(root, code, message):
    chapter(root).write_text(SOURCE.replace('print("a")\nprint("b")', code, 1))
    notebook = notebooks.skeleton(chapter(root), root)
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
    write(root, notebook)
    if message:
        assert message in problem(root)
    else:
        assert notebooks.check(chapter(root), root) == []


# Making notebooks


def test_made_notebook_is_complete_and_stays_the_same(root, capsys):
    path = chapter(root).with_suffix(".ipynb")
    assert notebooks.make([chapter(root)], root) == []
    assert "executed, written" in capsys.readouterr().out
    first = path.read_bytes()
    notebook = nbformat.reads(first, as_version=4)
    assert notebook.cells[-1].outputs == [new_output("stream", name="stdout", text="a\nb\n")]
    install = notebook.cells[1]  # after the title
    assert "nnlib-course[notebooks] @ git+https://example.org/book" in install.source
    assert install.metadata.tags == ["remove-cell"]

    assert notebooks.make([chapter(root)], root) == []
    assert capsys.readouterr().out == ""  # nothing changed, nothing executed
    assert notebooks.make([chapter(root)], root, everything=True) == []
    assert "executed, unchanged" in capsys.readouterr().out
    assert path.read_bytes() == first


def test_generated_pages_are_no_chapters(root):
    for name in ("index.md", "api/softmax.md"):
        (root / "book" / "en" / name).parent.mkdir(exist_ok=True)
        (root / "book" / "en" / name).write_text("# Title\n")
    assert notebooks.sources(root) == [chapter(root)]


@pytest.mark.parametrize(
    "changed", ["nnlib/losses.py", "requirements.txt", "experiments/a.json", "_config.yml"]
)
def test_all_that_outputs_depend_on_counts_as_changed(root, executed, monkeypatch, changed):
    runs = []
    monkeypatch.setattr(notebooks, "execute", lambda *_: runs.append(1) or executed)
    for _ in range(2):
        assert notebooks.make([chapter(root)], root) == []
    assert len(runs) == 1
    (root / changed).parent.mkdir(exist_ok=True)
    (root / changed).write_text("repository: {url: https://example.org/other}\n")
    notebooks.make([chapter(root)], root)
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ('raise ValueError("no")', "ValueError: no"),
        ('print("careful", file=sys.stderr)', "wrote to stderr:\ncareful"),
    ],
)
def test_failing_cell(root, executed, code, message):
    before = chapter(root).with_suffix(".ipynb").read_bytes()
    chapter(root).write_text(SOURCE.replace('print("b")', code, 1))
    [found] = notebooks.make([chapter(root)], root)
    assert found.startswith('book/en/part/chapter.md:19 (`print("a")`)')
    assert message in found
    assert chapter(root).with_suffix(".ipynb").read_bytes() == before
    assert "differs from chapter.md" in problem(root)  # what is stored is not taken for current


def test_wrong_kernel(root):
    chapter(root).write_text(SOURCE.replace("name: python3", "name: julia"))
    [found] = notebooks.make([chapter(root)], root)
    assert found == "book/en/part/chapter.md: the front matter needs a kernelspec named python3"


@pytest.mark.skipif(
    "NPY_DISABLE_CPU_FEATURES" not in notebooks.KERNEL_ENV,
    reason="outputs are exact on Linux x86-64 with the pinned NumPy only",
)
def test_kernel_environment_does_what_it_says():
    code = """
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
from threadpoolctl import threadpool_info
import scipy.linalg
print([name for name in __cpu_dispatch__ if __cpu_features__[name]])
print({(lib["architecture"], lib["num_threads"]) for lib in threadpool_info()})
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **notebooks.KERNEL_ENV},
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""
    assert run.stdout.splitlines() == ["['X86_V3']", "{('Haswell', 1)}"]
