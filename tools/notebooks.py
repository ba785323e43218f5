"""Make the executed notebooks (.ipynb) of the chapters from their sources (.md).

    python tools/notebooks.py              # what changed since the last run
    python tools/notebooks.py softmax      # the chapters whose path contains "softmax"
    python tools/notebooks.py --all        # everything; an unchanged notebook stays byte-identical

Every `book/<language>/<part>/<chapter>.md` is a notebook in MyST Markdown. Its `.ipynb` holds the
same cells, executed, and is never edited by hand. Two things are in it that the source has not:

* A set-up cell before the first code cell, which installs nnlib where it is missing, as on Colab.
  Authors write nothing for this: the cell is the same in every chapter, takes its address from
  `_config.yml`, and does not appear on the pages (tag `remove-cell`). A chapter's source begins
  its code with

      ```{code-cell} ipython3
      :tags: [hide-input]

      import numpy as np
      from matplotlib import pyplot as plt

      import nnlib
      from nnlib import plotting

      plotting.use_style()
      ```

* The alternative text of a figure, copied from `plotting.show(fig, alt=...)` to the cell's
  metadata, which is where MyST-NB looks for it. A caption is written in the source:

      ```{code-cell} ipython3
      ---
      tags: [hide-input]
      mystnb:
        figure:
          name: fig-softmax
          caption: |-
            What the figure shows.
      ---
      fig, ax = plt.subplots()
      ...
      plotting.show(fig, alt="...")
      ```

«What changed» is decided from everything that outputs depend on: the source, nnlib, the results
of experiments, requirements.txt, Python and this file. Their hash is kept in `_build`, outside the
notebooks, so that a change to a comment in nnlib does not change every notebook. Without that file,
as in a fresh clone, all notebooks are executed.
"""

import argparse
import asyncio
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("en", "zh")
STAMPS = Path("_build") / "notebooks.json"
CELL_TIMEOUT = 120  # seconds; longer runs belong in experiments/
LONGEST_CELL = 10  # lines of code that a reader sees in one cell

SETUP_CELL = """\
# {comment}
from importlib.util import find_spec

if find_spec("nnlib") is None:
    %pip install --quiet "nnlib-course[notebooks] @ git+{url}"
"""

SETUP_COMMENTS = {
    "en": "Installs nnlib where it is missing, as on Colab.",
    "zh": "在没有 nnlib 的环境（如 Colab）里，先安装它。",
}

# Constant, since what the kernel reports has Python's patch release in it.
LANGUAGE_INFO = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


def _kernel_env() -> dict[str, str]:
    """Environment variables under which outputs are the same on every Linux x86-64 machine."""
    env = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    pins = (ROOT / "requirements.txt").read_text("utf-8")
    pinned = f"\nnumpy=={version('numpy')}\n" in pins
    if pinned and sys.platform == "linux" and platform.machine() == "x86_64":
        # The last digits of a matrix product depend on the processor that OpenBLAS sees, those of
        # exp and log on NumPy's instruction set: both stay at what each machine since 2013 has.
        # With another NumPy outputs differ anyway, and NumPy 2.5's OpenBLAS crashes as "Haswell"
        # on some newer processors.
        env["OPENBLAS_CORETYPE"] = "Haswell"
        env["NPY_DISABLE_CPU_FEATURES"] = "X86_V4 AVX512_ICL AVX512_SPR"
    return env


KERNEL_ENV = _kernel_env()


class NotebookError(Exception):
    """A notebook cannot be made; the message names the source and the cell."""


def sources(root: Path = ROOT) -> list[Path]:
    """The chapters' sources. API pages, which are generated, are no notebooks."""
    return sorted(
        path
        for language in LANGUAGES
        for path in (root / "book" / language).glob("*/*.md")
        if path.parent.name != "api"
    )


def skeleton(source: Path, root: Path = ROOT) -> NotebookNode:
    """The unexecuted notebook of a source, with the set-up cell and fixed cell ids."""
    notebook = jupytext.read(source)
    notebook.metadata.pop("jupytext", None)
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        name = _relative(source, root)
        raise NotebookError(f"{name}: the front matter needs a kernelspec named python3")
    notebook.metadata.language_info = LANGUAGE_INFO
    code_cells = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    if code_cells:
        url = yaml.safe_load((root / "_config.yml").read_text("utf-8"))["repository"]["url"]
        comment = SETUP_COMMENTS[source.parents[1].name]  # the language
        code = SETUP_CELL.format(comment=comment, url=url).rstrip()
        setup = new_code_cell(code, metadata={"tags": ["remove-cell"]})
        notebook.cells.insert(code_cells[0], setup)
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        seen[digest] += 1  # two cells with the same text
        cell.id = f"{digest}-{seen[digest]}"
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def execute(source: Path, root: Path = ROOT) -> NotebookNode:
    """The executed notebook of a source; NotebookError if a cell raises or writes to stderr."""
    notebook = skeleton(source, root)
    asyncio.run(_execute(notebook, source, root))  # which leaves no event loop open behind it
    return finish(notebook)


async def _execute(notebook: NotebookNode, source: Path, root: Path) -> None:
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(source.parent)}},  # where nbval runs it too
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )
    # The kernel's stderr is its own log; what cells write there arrives as output.
    env = {**os.environ, **KERNEL_ENV}
    async with client.async_setup_kernel(env=env, stderr=subprocess.DEVNULL):
        for index, cell in enumerate(notebook.cells):
            try:
                await client.async_execute_cell(cell, index)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # IPython's colours
                raise NotebookError(f"{_place(source, root, notebook, index)}:\n{text}") from None
            for output in cell.get("outputs", []):
                if output.get("name") == "stderr" or output.output_type == "error":
                    text = output.get("text") or output.get("evalue")
                    raise NotebookError(
                        f"{_place(source, root, notebook, index)} wrote to stderr:\n{text}"
                    )


def finish(notebook: NotebookNode) -> NotebookNode:
    """Copy what a figure's output says of the picture to the cell, for MyST-NB."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            picture = output.get("metadata", {}).get("image/svg+xml")
            if picture:
                mystnb = cell.metadata.setdefault("mystnb", NotebookNode())
                mystnb["image"] = NotebookNode({**mystnb.get("image", {}), **picture})
    return notebook


def serialise(notebook: NotebookNode) -> str:
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def check(source: Path, root: Path = ROOT) -> list[str]:
    """What is wrong with the notebook beside a source, each with what to do; [] if nothing is.

    nbval proves that the stored outputs are what the cells give today. It passes cells that were
    never executed, does not look at PNG pictures, and obeys marks that switch it off: here are
    the conditions under which its verdict counts, and what else a reader expects of the cells.
    """
    path = source.with_suffix(".ipynb")
    name = _relative(path, root)
    remedy = "run `make notebooks` and commit the result"
    if not path.exists():
        return [f"{name} is missing: {remedy}."]
    text = path.read_text("utf-8")
    try:
        stored = nbformat.reads(text, as_version=4)
    except nbformat.reader.NotJSONError:
        return [f"{name} is not a notebook: {remedy}."]

    expected = skeleton(source, root)
    if [_essence(cell) for cell in stored.cells] != [_essence(cell) for cell in expected.cells]:
        pairs = zip(stored.cells, expected.cells, strict=False)
        first = next(
            (i for i, (a, b) in enumerate(pairs) if _essence(a) != _essence(b)),
            min(len(stored.cells), len(expected.cells)),
        )
        return [f"{name} differs from {source.name} from cell {first + 1} on: {remedy}."]

    problems = []
    counts = [cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        problems.append(f"{name} was not executed from top to bottom ({counts}): {remedy}.")
    for new, old in zip(expected.cells, stored.cells, strict=True):
        if new.cell_type == "code":
            new.outputs, new.execution_count = old.outputs, old.execution_count
    if not problems and text != serialise(finish(expected)):
        problems.append(
            f"{name} holds other metadata or cell ids (timing, random ids, an editor's notes) "
            f"than tools/notebooks.py writes: {remedy}."
        )
    for index, cell in enumerate(stored.cells):
        if cell.cell_type == "code":
            where = _place(source, root, stored, index)
            problems += [f"{where} {problem}" for problem in _cell_problems(cell)]
    return problems


def _essence(cell: NotebookNode) -> tuple[str, str]:
    return cell.cell_type, cell.source


def _cell_problems(cell: NotebookNode) -> list[str]:
    problems = []
    tags = cell.metadata.get("tags", [])
    lines = [line.strip() for line in cell.source.splitlines()]
    if marks := [t for t in tags if t.startswith("nbval-") or t == "raises-exception"]:
        problems.append(f"has tags that switch off the comparison: remove {', '.join(marks)}.")
    if any(re.match(r"#\s*(NBVAL|PYTEST_VALIDATE)_", line) for line in lines):
        problems.append("has a comment that switches off the comparison: remove it.")
    if "remove-cell" not in tags:
        hidden = [t for t in tags if t in ("hide-input", "hide-cell", "remove-input")]
        code = [line for line in lines if line and not line.startswith("#")]
        if hidden and not re.search(r"\b(plotting|explorer)\.", cell.source):
            problems.append(f"is hidden ({hidden[0]}), but only set-up and plotting are: show it.")
        if not hidden and len(code) > LONGEST_CELL:
            problems.append(
                f"shows {len(code)} lines of code, where {LONGEST_CELL} are allowed "
                "(comments and blank lines aside): split it."
            )
    for output in cell.outputs:
        problems += _output_problems(output)
    return problems


def _output_problems(output: NotebookNode) -> list[str]:
    if output.output_type == "error":
        return [f"stores an error ({output.ename}): catch the exception and print its message."]
    if output.output_type == "stream":
        if output.name == "stderr":
            return ["stores text written to stderr: mend what the warning says, or print it."]
        return _text_problems(output.text)
    problems = []
    data = output.data
    if unknown := sorted(set(data) - {"image/svg+xml", "text/html", "text/latex", "text/plain"}):
        problems.append(
            f"has an output of type {', '.join(unknown)}, which nbval does not compare: "
            "show figures with plotting.show(fig, alt=...)."
        )
    if "image/svg+xml" in data:
        alt = output.metadata.get("image/svg+xml", {}).get("alt", "")
        if not alt or not data.get("text/plain", "").startswith(f"Figure: {alt}\n"):
            problems.append("has a picture without its text form: use plotting.show(fig, alt=...).")
    return problems + _text_problems(data.get("text/plain", ""))


def _text_problems(text: str) -> list[str]:
    if found := re.search(r"\bnp\.(\w+\(|True_|False_)", text):
        return [f"prints {found[0]!r}…: end it in rounded, labelled text."]
    return []


def _relative(path: Path, root: Path) -> str:
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _place(source: Path, root: Path, notebook: NotebookNode, index: int) -> str:
    """Where a cell stands in its source: file, line, and what the line says."""
    text, end = source.read_text("utf-8"), 0
    for cell in notebook.cells[: index + 1]:
        start = text.find(cell.source, end)
        if start >= 0:  # the set-up cell is not in the source
            end = start + len(cell.source)
    first_line = notebook.cells[index].source.split("\n")[0]
    line = f":{text.count(chr(10), 0, start) + 1}" if start >= 0 else ""
    return f"{_relative(source, root)}{line} (`{first_line}`)"


def _fingerprint(source: Path, root: Path) -> str:
    """Hash of all that a notebook depends on, and of the notebook itself."""
    digest = hashlib.sha256(repr((sys.version_info[:3], KERNEL_ENV)).encode())
    digest.update(serialise(skeleton(source, root)).encode())
    inputs = [*root.glob("nnlib/**/*.py"), *root.glob("experiments/**/*.json")]
    inputs += [root / "requirements.txt", Path(__file__)]
    for path in [*sorted(inputs), source.with_suffix(".ipynb")]:
        content = path.read_bytes() if path.exists() else b""
        digest.update(f"{path.name} {len(content)} ".encode() + content)
    return digest.hexdigest()


def make(chosen: list[Path], root: Path = ROOT, *, everything: bool = False) -> list[str]:
    """Make the notebooks of the chosen sources; return the problems that are left."""
    stamps_path = root / STAMPS
    stamps = json.loads(stamps_path.read_text()) if stamps_path.exists() else {}

    def make_one(source: Path) -> list[str]:
        name, path = _relative(source, root), source.with_suffix(".ipynb")
        try:
            if everything or stamps.get(name) != _fingerprint(source, root):
                text = serialise(execute(source, root))
                changed = not path.exists() or path.read_text("utf-8") != text
                if changed:
                    path.write_text(text, "utf-8", newline="\n")
                print(f"{_relative(path, root)}: executed, {'written' if changed else 'unchanged'}")
            problems = check(source, root)
            if not problems:
                stamps[name] = _fingerprint(source, root)
        except NotebookError as error:
            return [str(error)]
        return problems

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for found in pool.map(make_one, chosen) for problem in found]
    stamps_path.parent.mkdir(exist_ok=True)
    stamps_path.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part_of_path", nargs="?", default="", help="only sources with this in it")
    parser.add_argument("--all", action="store_true", help="execute also what has not changed")
    arguments = parser.parse_args()
    chosen = [p for p in sources() if arguments.part_of_path in _relative(p, ROOT)]
    if not chosen:
        parser.error(f"no source has {arguments.part_of_path!r} in its path")
    if "NPY_DISABLE_CPU_FEATURES" not in KERNEL_ENV:
        print("Note: outputs are exact on Linux x86-64 with the pinned versions only.")
    problems = make(chosen, everything=arguments.all)
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
