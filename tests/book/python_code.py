"""Read the code of a cell as what both languages share, and the texts in it."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from typing import NamedTuple

from IPython.core.inputtransformer2 import TransformerManager

# Calls, and keywords of any call, whose strings are shown to the reader.
SHOWN_CALLS = {
    "annotate", "figtext", "legend", "print", "set_title", "set_xlabel", "set_xticklabels",
    "set_ylabel", "set_yticklabels", "suptitle", "supxlabel", "supylabel", "text", "title",
    "xlabel", "ylabel",
}  # fmt: skip
SHOWN_KEYWORDS = {
    "alt", "caption", "label", "labels", "tick_labels", "title", "xlabel", "xticklabels", "ylabel",
    "yticklabels",
}  # fmt: skip

PHRASE = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}")
# In a text, characters of the private use area stand for what is no language: formulas, fields.
FIRST_INSERT = 0xE000


@dataclass
class Code:
    """Code of a cell: what is left without strings and comments, and these."""

    outline: list[str]  # its lines as Python prints the tree
    strings: list["String"]
    comments: list[tuple[str, int]]  # text, line
    error: str = ""  # why it could not be parsed


class String(NamedTuple):
    value: str  # an f-string's fields are private-use characters
    line: int
    shown: bool  # to the reader, or at least a phrase of several words


def read_code(source, line):
    """Parse the code of a cell; magics become calls, as IPython makes them."""
    plain = TransformerManager().transform_cell(source)
    try:
        tree = ast.parse(plain)
    except SyntaxError as error:
        return Code(source.splitlines(), [], [], str(error))
    comments = [
        (token.string.lstrip("#").strip(), line + token.start[0] - 1)
        for token in tokenize.generate_tokens(io.StringIO(plain).readline)
        if token.type == tokenize.COMMENT
    ]
    taker = StringTaker(tree, line)
    outline = ast.unparse(ast.fix_missing_locations(taker.visit(tree))).splitlines()
    return Code(outline, taker.strings, comments)


class StringTaker(ast.NodeTransformer):
    """Takes the strings out of a tree, in order."""

    def __init__(self, tree, line):
        self.line = line
        self.strings = []
        self.shown = {id(part) for node in ast.walk(tree) for part in shown_parts(node)}

    def take(self, node, value):
        shown = id(node) in self.shown or bool(PHRASE.search(value))
        self.strings.append(String(value, self.line + node.lineno - 1, shown))

    def visit_Call(self, node):
        if ast.unparse(node.func).startswith("get_ipython"):  # a magic: a command, not a text
            return node
        return self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.take(node, node.value)
            return ast.Constant("")
        return node

    def visit_JoinedStr(self, node):
        fields, value = [], ""
        for part in node.values:
            if isinstance(part, ast.Constant):
                value += part.value
            else:
                value += chr(FIRST_INSERT + len(fields))
                part.value = self.visit(part.value)  # not the format after the colon
                fields.append(part)
        self.take(node, value)
        return ast.JoinedStr(fields)


def shown_parts(node):
    """Strings in a call that its reader sees: `print("…")`, `ax.set(xlabel="…")`."""
    if not isinstance(node, ast.Call):
        return
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    shown = [keyword.value for keyword in node.keywords if keyword.arg in SHOWN_KEYWORDS]
    shown += node.args if name in SHOWN_CALLS else []
    while shown:
        part = shown.pop()
        match part:
            case ast.Constant(value=str()) | ast.JoinedStr():
                yield part
            case ast.List() | ast.Tuple() | ast.Set():
                shown += part.elts
            case ast.Dict():
                shown += part.values
            case ast.BinOp():
                shown += [part.left, part.right]
            case ast.IfExp():
                shown += [part.body, part.orelse]
            case ast.Starred():
                shown.append(part.value)
            case ast.ListComp() | ast.GeneratorExp():
                shown.append(part.elt)
            case ast.Call(func=ast.Attribute(attr="format" | "join", value=text)):
                shown += [text, *part.args]
