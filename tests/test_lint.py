"""Style and spelling: of code (ruff), of English (codespell), of Chinese (autocorrect)."""

import json
import re
import subprocess
import sys
from functools import cache

import autocorrect_py as autocorrect
import nbformat
import pytest

from tests.book.cells import ROOT, cells
from tests.book.typography import mistakes

# Words that codespell takes for misspelt ones.
SPELT_RIGHT = ["fro", "mor", "multline"]  # in NumPy, a name, in LaTeX
SPELT_RIGHT += ["cheetsheet", "feture", "offen", "ouput"]  # words of the notes
# Absolute paths of one machine: home folders on Unix and Windows, temporary folders.
MACHINE_PATH = re.compile(r"(?<![\w.:\-])/(?:home|root|tmp|Users|work)/\w|[A-Z]:\\+Users\\")


@cache
def files():
    """The project's files: those that git has or would take."""
    # safe.directory: in a container, the checkout may belong to another user.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = [ROOT / name for name in sorted(set(names.split("\0"))) if name]
    return [path for path in paths if path.is_file()]


def named(*patterns):
    """The project's files whose path from the top matches one of the patterns."""
    return [file for file in files() if any(file.relative_to(ROOT).match(p) for p in patterns)]


def name(path):
    return path.relative_to(ROOT).as_posix()


def run(*command, **options):
    """Run a tool of the environment; exit status and output."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, **options
    )
    return done.returncode, done.stdout + done.stderr


def nothing(found):
    """Fail with what was found, one finding a line."""
    assert not found, "\n".join(["", *found])


CHAPTERS = named("book/en/*/*.md", "book/zh/*/*.md")
CHINESE = named("book/zh/*.md", "book/zh/*/*.md", "*.zh.md", ".github/*.zh.md")
CHINESE_TABLES = named("*.zh.yml", "_config.yml", "book/_sphinx/locale/*.po")


# ---------------------------------------------------------------------------------------------
# Code


def test_python_files_pass_ruff():
    status, output = run(
        "ruff", "check", "--extend-exclude=*.ipynb", "--output-format=concise", "."
    )
    assert status == 0, f"{output}\nMost are mended by: ruff check --fix"


def test_python_files_are_formatted():
    status, output = run("ruff", "format", "--check", "--extend-exclude=*.ipynb,*.md", ".")
    assert status == 0, f"{output}\nMend with: ruff format"


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_code_of_chapters_passes_ruff(path):
    nothing(ruff_on_chapter(path))


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_code_of_chapters_is_formatted(path):
    nothing(unformatted(path))


def as_notebook(path):
    """Code cells of a chapter, and the notebook of them, which ruff understands."""
    code = [cell for cell in cells(path) if cell.kind == "code"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell.source, id=f"cell-{cell.number}") for cell in code],
        metadata={"language_info": {"name": "python"}},
    )
    return code, json.dumps(notebook)


def ruff_on_chapter(path):
    """Findings of ruff, with lines of the chapter's source."""
    code, notebook = as_notebook(path)
    arguments = ["--output-format=json", f"--stdin-filename={path.with_suffix('.ipynb')}", "-"]
    _, output = run("ruff", "check", *arguments, input=notebook)
    return [
        f"{name(path)}:{code[finding['cell'] - 1].line + finding['location']['row'] - 1}: "
        f"{finding['code']} {finding['message']}"
        for finding in json.loads(output)
    ]


def unformatted(path):
    """Code cells that ruff would format differently, save for blank lines: a cell is short."""

    def without_blank_lines(source):
        return [line for line in source.splitlines() if line.strip()]

    code, notebook = as_notebook(path)
    filename = f"--stdin-filename={path.with_suffix('.ipynb')}"
    status, output = run("ruff", "format", filename, "-", input=notebook)
    assert status == 0, output
    formatted = ["".join(cell["source"]) for cell in json.loads(output)["cells"]]
    return [
        f"{name(path)}:{cell.line}: write it so:\n{right}"
        for cell, right in zip(code, formatted, strict=True)
        if without_blank_lines(cell.source) != without_blank_lines(right)
    ]


# ---------------------------------------------------------------------------------------------
# English


def test_english_is_spelt_right():
    # Notebooks are made from the .md files; translations of the interface quote other projects.
    generated = named("*.ipynb", "*.po", "*.svg", "requirements*.txt")
    checked = [name(file) for file in files() if file not in generated and is_text(file)]
    status, output = run("codespell_lib", f"--ignore-words-list={','.join(SPELT_RIGHT)}", *checked)
    assert status == 0, (
        f"{output}\nA word that is right goes into SPELT_RIGHT of tests/test_lint.py"
    )


def is_text(file):
    return b"\0" not in file.read_bytes()[:8000]


# ---------------------------------------------------------------------------------------------
# Chinese


@pytest.mark.parametrize("path", CHINESE, ids=name)
def test_chinese_pages_are_set_right(path):
    found = [
        f"{name(path)}:{line}: {wrong}\n  write: {right}"
        for cell in cells(path)
        for line, wrong, right in mistakes(cell)
    ]
    nothing(found)


@pytest.mark.parametrize("path", CHINESE_TABLES, ids=name)
def test_chinese_tables_are_set_right(path):
    nothing(wrong_lines(path))


def wrong_lines(path):
    """Lines of a table that autocorrect would set differently."""
    text = path.read_text(encoding="utf-8")
    right = autocorrect.format_for(text, path.suffix.removeprefix("."))
    pairs = zip(text.splitlines(), right.splitlines(), strict=True)
    return [
        f"{name(path)}:{i}: {a.strip()}\n  write: {b.strip()}"
        for i, (a, b) in enumerate(pairs, 1)
        if a != b
    ]


WRONG_AND_RIGHT = [
    ("这是softmax函数", "这是 softmax 函数"),
    ("共有3个类别", "共有 3 个类别"),
    ("损失,梯度", "损失，梯度"),
    ("见下文:损失", "见下文：损失"),
    ("对吗?对!", "对吗？对！"),
    ("这就是损失.", "这就是损失。"),
    ("交叉熵(cross-entropy)是损失", "交叉熵（cross-entropy）是损失"),
    ("损失 (见上文) 是", "损失（见上文）是"),
    ('所谓"温度"', "所谓“温度”"),
    ("学习率η很小", "学习率 η 很小"),
    ("预测ŷ是概率", "预测 ŷ 是概率"),
    ("两种 损失", "两种损失"),
    ("损失--也就是代价", "损失——也就是代价"),
    ("其中$z_i$是分数", "其中 $z_i$ 是分数"),
    ("用`nnlib.softmax`计算", "用 `nnlib.softmax` 计算"),
    ("由 {eq}`eq-softmax`,可得", "由 {eq}`eq-softmax`，可得"),
    ("**损失。** 梯度", "**。"),
    ("**损失。**梯度", "**强调**。"),
    ("一行\n又一行", "行又"),
    ("| 损失,梯度 |\n|---|\n| 权重,偏置 |", "权重，偏置"),
    ("```{note}\n提示,很短\n```", "提示，很短"),
    ("```{code-cell}\nprint(f'准确率{a:.1%}')\n```", "准确率 {…}"),
    ("```{code-cell}\nx = 1  # 第1步\n```", "第 1 步"),
]
RIGHT = [
    "交叉熵（cross-entropy）在区间 (0, 1) 内；准确率是 98.5%。",
    "由 {eq}`eq-softmax`，$y=3,z=4$ 时 `f(x,y)` 是 softmax(z) 的值（见[主页](https://a.org/a,b)）。",
    "**温度**：1,797 张 8 × 8 的图片，大约 −14 分；第 1–3 章。",
    "$$\na = \\text{中文a,b}\n$$",
    "English text, (with brackets), costs nothing.",
    "```{code-cell}\nplt.plot(x,y,'o-'); print('类别  损失')\n```",
    "一行 softmax\nlogits 又一行",
]


def typography(text, folder):
    page = folder / "page.md"
    page.write_text(text, encoding="utf-8")
    return [found for cell in cells(page, folder) for found in mistakes(cell)]


@pytest.mark.parametrize(("wrong", "right"), WRONG_AND_RIGHT)
def test_typography_is_corrected(wrong, right, tmp_path):
    found = typography(wrong, tmp_path)
    assert found
    assert right in found[-1][2]


@pytest.mark.parametrize("text", RIGHT)
def test_typography_that_is_right_is_left(text, tmp_path):
    assert typography(text, tmp_path) == []


def test_typography_knows_the_line(tmp_path):
    text = "# 标题\n\n```{note}\n:class: x\n\n很好\n\n损失,梯度\n```\n"
    assert typography(text, tmp_path) == [(8, "损失,梯度", "损失，梯度")]


# ---------------------------------------------------------------------------------------------
# All


def test_no_file_names_a_place_on_one_machine():
    found = [
        f"{name(file)}:{i}: {match[0]}…: use a path from the top of the repository"
        for file in files()
        if is_text(file)
        for i, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := MACHINE_PATH.search(line))
    ]
    nothing(found)


@pytest.mark.parametrize("place", ["home/ann/x", "Users/ann/x", "tmp/x", "root/x"])
def test_places_on_one_machine_are_recognized(place):
    assert MACHINE_PATH.search(f"open('/{place}')")
    assert not MACHINE_PATH.search(f"https://example.org/{place}")
