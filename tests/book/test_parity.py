"""The book's two languages agree; and on small broken books, each way of not agreeing is found."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.book import parity
from tests.book.parity import BOOK, twins
from tests.book.terms import Glossary
from tools import translated

FRONT = """\
---
kernelspec:
  display_name: Python 3
  language: python
  name: python3
myst:
  html_meta:
    description: DESCRIPTION
---
"""
ENGLISH = r"""
(sec-loss)=
# Cross-entropy

The cross-entropy of $\hat{y}$ has its minimum at $y$; see {eq}`eq-loss` and {cite}`shannon1948`.
Of 1,000 images, 98.5% are right. Read [the notes](https://en.wikipedia.org/wiki/Entropy).

$$
L = -\sum_i y_i \log 2 \hat{y}_i \quad \text{in nats}
$$ (eq-loss)

```{figure} network.svg
:name: fig-network
:alt: Two layers.

A network with 2 layers.
```

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    name: fig-loss
    caption: The loss over 30 steps.
---
loss = [2 / (step + 1) for step in range(30)]  # falls
fig, ax = plt.subplots()
ax.plot(loss, "o-", label="training")
ax.set(xlabel="step", ylabel="loss $L$")
print(f"after {len(loss)} steps: {loss[-1]:.2f}")
```

## Overfitting

Overfitting is seen on other data. Two signs:

- the loss rises;
- the accuracy falls.

| sign | file |
|---|---|
| loss | `loss.csv` |

```{exercise} Your turn
:label: ex-loss
Find the least loss for $K$ classes.
```
"""
CHINESE = r"""
(sec-loss)=
# 交叉熵

$\hat{y}$ 的交叉熵（cross-entropy）在 $y$ 处最小，见 {eq}`eq-loss` 和 {cite}`shannon1948`。
1000 张图片中，98.5% 是对的。可以读一读[讲义](https://zh.wikipedia.org/wiki/熵)。

$$
L = -\sum_i y_i \log 2 \hat{y}_i \quad \text{单位是奈特}
$$ (eq-loss)

```{figure} network.svg
:name: fig-network
:alt: 两层。

一个 2 层的网络。
```

```{code-cell} ipython3
---
tags: [hide-input]
mystnb:
  figure:
    name: fig-loss
    caption: 30 步中的损失。
---
loss = [2 / (step + 1) for step in range(30)]  # 下降
fig, ax = plt.subplots()
ax.plot(loss, "o-", label="训练")
ax.set(xlabel="步数", ylabel="损失 $L$")
print(f"{len(loss)} 步之后：{loss[-1]:.2f}")
```

## 过拟合

在别的数据上能看出过拟合（overfitting）。有两个迹象：

- 损失上升；
- 准确率（accuracy）下降。

| 迹象 | 文件 |
|---|---|
| 损失 | `loss.csv` |

```{exercise} 轮到你了
:label: ex-loss
有 $K$ 个类别时，求最小的损失。
```
"""
GLOSSARY = """
terms:
  - {en: cross-entropy, zh: 交叉熵}
  - {en: entropy, zh: 熵}
  - {en: overfitting, zh: 过拟合, match: 'overfit(?:s|ting)?', avoid: [过度拟合]}
  - {en: accuracy, zh: 准确率, also: [精度]}
  - {en: logits, zh: logits}
  - {en: loss, zh: 损失, familiar: true}
names: [NumPy]
"""
PAGE = "activations/loss.md"


@dataclass
class Book:
    """A book of one chapter."""

    root: Path

    def path(self, language, page=PAGE):
        return self.root / language / page

    def write(self, language, text, page=PAGE):
        path = self.path(language, page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, language, old, new):
        text = self.path(language).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        self.write(language, text.replace(old, new))

    def problems(self):
        return [str(problem) for problem in parity.problems(self.root)]

    def translated(self, *arguments):
        return translated.main([*map(str, arguments)], self.root)


@pytest.fixture
def book(tmp_path):
    """A book whose two languages agree."""
    book = Book(tmp_path / "book")
    book.write("en", FRONT.replace("DESCRIPTION", "A loss.") + ENGLISH)
    book.write("zh", FRONT.replace("DESCRIPTION", "一种损失。") + CHINESE)
    (book.root / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    book.translated()
    return book


def test_english_and_chinese_agree():
    assert twins(BOOK)
    found = parity.problems()
    assert not found, "\n".join(["", *map(str, found)])


def test_a_good_book_has_no_problems(book):
    assert book.problems() == []


CHAPTER = f"book/zh/{PAGE}"
FIRST, CODE, SECOND = "cell 1 («交叉熵 ", "cell 2 («loss = ", "cell 3 («过拟合 "
# What is broken; in the Chinese, what becomes what; what the message says, in this order.
BROKEN = {
    "a number in an equation": (
        r"\log 2 \hat", r"\log 3 \hat",
        [FIRST, "displayed equation: English", r"\log 2", r"Chinese", r"\log 3", "the same"],
    ),
    "a sign in an equation": (r"L = -\sum", r"L = \sum", [FIRST, "displayed equation", "same"]),
    "the label of an equation": ("$$ (eq-loss)", "$$ (eq-lost)", [FIRST, "(eq-lost)", "same"]),
    "the text of an equation": ("单位是奈特", "in nats", [FIRST, "`in nats`", "Translate"]),
    "a missing equation": (
        "$$\nL = -\\sum_i y_i \\log 2 \\hat{y}_i \\quad \\text{单位是奈特}\n$$ (eq-loss)\n", "",
        [FIRST, "English has displayed equation", "Chinese has nothing", "Give both"],
    ),
    "a formula in a line": ("$y$ 处", "$z$ 处", [FIRST, "inline formula `y`", "English only"]),
    "a reference": ("{eq}`eq-loss`", "{eq}`eq-gain`", [FIRST, "{eq} `eq-gain`", "Chinese only"]),
    "a citation": (
        "{cite}`shannon1948`", "香农", [FIRST, "{cite} `shannon1948`", "English only", "Write it"],
    ),
    "a link": ("(https://zh.wikipedia.org/wiki/熵)", "(https://a.org)", [FIRST, "link", "a.org"]),
    "a number in a text": (
        "98.5%", "95.8%",
        [FIRST, "numbers in the text: 98.5% in the English only, 95.8% in the", "digits"],
    ),
    "a missing figure": (
        "```{figure} network.svg\n:name: fig-network\n:alt: 两层。\n\n一个 2 层的网络。\n```\n", "",
        [FIRST, "English has directive `{figure} network.svg`", "Chinese has nothing", "Give"],
    ),
    "another image": ("network.svg", "netz.svg", [FIRST, "directive", "netz.svg", "the same"]),
    "the name of a figure": (":name: fig-network", ":name: fig-net", [FIRST, ":name:", "same"]),
    "an alternative text": (
        ":alt: 两层。", ":alt: Two layers.", [FIRST, "alt without 汉字: `Two layers.`", "Trans"],
    ),
    "a number in a caption": ("一个 2 层", "一个 3 层", [FIRST, "numbers", "3", "same numbers"]),
    "a number in the caption of code": (": 30 步中", ": 50 步中", [CODE, "50", "same"]),
    "an untranslated caption": (
        "30 步中的损失。", "The loss over 30 steps.", [CODE, "caption without 汉字", "Translate"],
    ),
    "the name of a drawn figure": ("name: fig-loss", "name: fig-l", [CODE, "mystnb.figure.name"]),
    "a tag": ("[hide-input]", "[hide-cell]", [CODE, "metadata tags", "hide-cell", "same"]),
    "a line of code": (
        "2 / (step + 1)", "2 / (step + 2)",
        [CODE, "code: English", "step + 1", "Chinese", "step + 2", "only texts may differ"],
    ),
    "a string that is no text": ('"o-"', '"x-"', [CODE, "string: English `o-`, Chinese `x-`"]),
    "an untranslated label": (
        'label="训练"', 'label="training"', [CODE, "text in code without 汉字: `training`"],
    ),
    "an untranslated message": (
        "{len(loss)} 步之后", "after {len(loss)} steps",
        [CODE, "text in code without 汉字: `after … steps", "`names`"],
    ),
    "a field of a message": ("{loss[-1]:.2f}", "{loss[0]:.2f}", [CODE, "code:", "loss[0]"]),
    "the formula of a label": ("损失 $L$", "损失 $J$", [CODE, "formulas in the string", "$L$"]),
    "an untranslated comment": ("# 下降", "# falls", [CODE, "comment without 汉字: `falls`"]),
    "the level of a heading": (
        "## 过拟合", "### 过拟合", [SECOND[:8], "heading: English `level 2`, Chinese `level 3`"],
    ),
    "an untranslated paragraph": (
        "在别的数据上能看出过拟合（overfitting）。有两个迹象：",
        "Overfitting is seen on other data. Two signs:",
        [SECOND, "paragraph without 汉字: `Overfitting is", "Translate it"],
    ),
    "a half translated paragraph": (
        "有两个迹象：", "它 is seen on other data that the network 没见过。",
        [SECOND, "English words within paragraph: `is seen on other data that`", "Translate it"],
    ),
    "a misspelt name": (
        "有两个迹象", "用 NumPI 看有两个迹象", [SECOND, "«NumPI» stands neither", "Mend it"],
    ),
    "an item of a list": ("- 损失上升；\n", "", [SECOND, "English has list item", "Give both"]),
    "a row of a table": ("| 损失 | `loss.csv` |\n", "", [SECOND, "table row", "Give both"]),
    "code in a line": ("`loss.csv`", "`l.csv`", [SECOND, "inline code `loss.csv`", "English only"]),
    "a missing exercise": (
        "```{exercise} 轮到你了\n:label: ex-loss\n有 $K$ 个类别时，求最小的损失。\n```\n", "",
        [SECOND, "English has directive `{exercise}`", "Chinese has nothing", "Give both"],
    ),
    "the label of an exercise": (":label: ex-loss", ":label: ex-l", [SECOND, ":label:", "ex-l"]),
    "an untranslated title": (
        "{exercise} 轮到你了", "{exercise} Your turn", [SECOND, "title without 汉字", "Translate"],
    ),
    "a label": ("(sec-loss)=", "(sec-entropy)=", [FIRST, "label: English `sec-loss`", "the same"]),
    "another term": (
        "能看出过拟合（overfitting）", "能看出过度拟合（overfitting）",
        [SECOND, "«过度拟合» is not this book's term for «overfitting»", "Write 过拟合"],
    ),
    "a term that is not the glossary's": (
        "准确率（accuracy）", "准头（accuracy）",
        [SECOND, "«accuracy» of the English is not rendered as 准确率", "glossary's term"],
    ),
    "a first use without the English": (
        "交叉熵（cross-entropy）", "交叉熵",
        [FIRST, "the first 交叉熵 of the chapter is without its English", "Write 交叉熵（cross-"],
    ),
    "a missing cell": (
        CHINESE[CHINESE.index("```{code-cell}") : CHINESE.index("## 过拟合")], "+++\n\n",
        ["cell 2 («过拟合", "English code cell 2 («loss =", "Chinese nothing", "same cells"],
    ),
    "a cell too many": (
        "## 过拟合", "+++\n\n```{code-cell} ipython3\nx = 1\n```\n\n## 过拟合",
        ["Chinese code cell 3 («x = 1»)", "Give both languages the same cells"],
    ),
    "the front matter": ("name: python3", "name: python4", ["front matter", "kernelspec.name"]),
    "code that does not parse": ('label="训练")', 'label="训练"', [CODE, "does not parse", "Mend"]),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_each_difference_is_found(broken, book):
    old, new, parts = BROKEN[broken]
    book.replace("zh", old, new)
    book.translated("--reviewed")
    found = "\n".join(book.problems())
    pattern = ".*".join(re.escape(part) for part in [CHAPTER, *parts])
    assert re.search(pattern, found), found


def test_nothing_else_is_reported(book):
    book.replace("zh", "98.5%", "95.8%")
    book.translated()
    assert len(book.problems()) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("交叉熵（cross-entropy）", "**交叉熵**（Cross-entropy，CE）"),
        ("见 {eq}`eq-loss` 和 {cite}`shannon1948`", "见 {cite}`shannon1948` 和 {eq}`eq-loss`"),
        ("1000 张", "1,000 张"),
        ("# 下降", "# 一直下降"),
        ("有两个迹象", "有“the loss rises; the accuracy falls”这两个迹象"),
        ("有两个迹象", "用 NumPy 看有两个迹象"),
        ("(https://zh.wikipedia.org/wiki/熵)", "(https://en.wikipedia.org/wiki/Entropy)"),
        ("有两个迹象：", "有两个\n迹象："),
    ],
)  # fmt: skip
def test_chinese_may_be_written_as_chinese(old, new, book):
    book.replace("zh", old, new)
    book.translated()
    assert book.problems() == []


def test_glossary_is_in_order():
    glossary = Glossary(BOOK / "glossary.yml")
    names = [term.en for term in glossary.terms]
    assert len(names) == len(set(names)) > 100
    right = {form for term in glossary.terms for form in term.forms}
    for term in glossary.terms:
        assert term.pattern.fullmatch(term.en), f"{term.en} does not match itself"
        assert right.isdisjoint(term.avoid), f"{term.en}: what is to be avoided is right elsewhere"


def test_glossary_refuses_unknown_keys(book):
    (book.root / "glossary.yml").write_text("terms: [{en: a, zh: 一, shun: [乙]}]\nnames: []")
    with pytest.raises(ValueError, match=r"glossary.yml: .*'shun'"):
        book.problems()


def test_text_pages_are_cut_at_headings(book):
    book.write("en", "(top)=\n# Notation\n\nText.\n\n## Sets\n\nMore $x$.\n", "notation.md")
    book.write("zh", "(top)=\n# 记号\n\n正文。\n\n## 集合\n\n还有 $y$。\n", "notation.md")
    book.translated()
    found = book.problems()
    assert len(found) == 2
    assert all(line.startswith("book/zh/notation.md, cell 2 («集合 ") for line in found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_missing_page(language, book):
    other = {"en": "zh", "zh": "en"}[language]
    book.write(other, "# 网络\n", "network.md")
    assert book.problems() == [
        f"book/{language}/network.md: is missing. Translate book/{other}/network.md"
        + (", or delete it." if language == "en" else ".")
    ]


def test_stale_translation(book):
    book.replace("en", "Overfitting is seen", "Overfitting is mostly seen")
    (found,) = book.problems()
    assert found.startswith(f"{CHAPTER}, cell 3 («过拟合 ")
    assert "changed in English since" in found
    assert "Bring the Chinese up to date, then `make translated`" in found


def test_stale_translation_is_not_recorded_as_fresh(book, capsys):
    book.replace("en", "Overfitting is seen", "Overfitting is mostly seen")
    assert book.translated() == 1
    assert "changed in English since" in capsys.readouterr().err
    assert len(book.problems()) == 1


def test_stale_translation_that_still_holds_is_recorded_when_reviewed(book):
    book.replace("en", "Overfitting is seen", "Overfitting shows")
    assert book.translated("--reviewed", book.path("zh")) == 0
    assert book.problems() == []


def test_change_of_both_languages_is_recorded(book):
    book.replace("en", "Overfitting is seen", "Overfitting is mostly seen")
    book.replace("zh", "能看出", "大多能看出")
    assert "not yet in the record" in "".join(book.problems())
    assert book.translated() == 0
    assert book.problems() == []


def test_change_of_code_or_line_breaks_is_no_change_of_text(book):
    for language in ("en", "zh"):
        book.replace(language, "range(30)", "range(0, 30)")
    book.replace("en", "The cross-entropy of", "The cross-entropy\nof")
    assert book.problems() == []


def test_stale_label_in_code(book):
    book.replace("en", 'xlabel="step"', 'xlabel="epoch of training"')
    assert "changed in English since" in "".join(book.problems())


def test_new_page_is_to_be_recorded(book):
    book.write("en", "# Network\n", "network.md")
    book.write("zh", "# 网络\n", "network.md")
    assert "has no lines for book/zh/network.md" in "".join(book.problems())
    book.translated()
    assert book.problems() == []


def test_deleted_pages_and_cells_leave_the_record(book):
    for language, text in (("en", ENGLISH), ("zh", CHINESE)):
        book.write(language, text.split("```{code-cell}")[0], "activations/other.md")
    book.translated()
    for language in ("en", "zh"):
        book.write(language, book.path(language).read_text(encoding="utf-8").split("## ")[0])
        book.path(language, "activations/other.md").unlink()
    found = "\n".join(book.problems())
    assert f"lists other cells than {CHAPTER} has. Run `make translated`" in found
    assert "has a page activations/other.md, which is gone" in found
    book.translated()
    assert book.problems() == []


def test_record_merges(book):
    text = (book.root / "translation.json").read_text(encoding="utf-8")
    assert text.count("\n") == len(re.findall(r"[0-9a-f]{12} [0-9a-f]{12}", text)) + 4
    book.translated()
    assert (book.root / "translation.json").read_text(encoding="utf-8") == text


def test_unknown_page_is_refused(book):
    with pytest.raises(SystemExit):
        book.translated(book.root / "en" / "nothing.md")
