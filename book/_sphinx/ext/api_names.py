"""What nnlib offers to its users: the names that have a place in the API reference."""

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from numpydoc.docscrape import ClassDoc, NumpyDocString
from sphinx.errors import ExtensionError

LABEL = re.compile(r"``(eq-[a-z0-9-]+)``")


@dataclass(frozen=True)
class Entry:
    """What has a docstring: a module, a public name in it, or a method of a public class."""

    name: str  # as readers write it: nnlib.softmax
    module: str  # what they import it from: nnlib
    page: str  # the module that it is listed under: nnlib.activations
    obj: object

    @property
    def kind(self) -> str:
        """What Sphinx's Python domain calls it."""
        if inspect.isclass(self.obj):
            return "exception" if issubclass(self.obj, BaseException) else "class"
        return "function" if inspect.isroutine(self.obj) else "data"

    @property
    def docstring(self) -> str:
        if self.kind == "data" and not inspect.ismodule(self.obj):
            return constant(self.module, self.name)[0]
        return inspect.getdoc(self.obj) or ""

    @property
    def doc(self) -> NumpyDocString:
        if inspect.isclass(self.obj):
            return ClassDoc(self.obj, config={"show_class_members": False})
        return NumpyDocString(self.docstring)

    @property
    def labels(self) -> list[str]:
        """Labels of the equations that it implements, in the order of its docstring."""
        return list(dict.fromkeys(LABEL.findall(self.docstring)))

    @property
    def methods(self) -> list["Entry"]:
        """The methods that a class's docstring lists as those for its users."""
        listed = self.doc["Methods"] if inspect.isclass(self.obj) else ()
        return [
            Method(f"{self.name}.{m.name}", self.module, self.page, getattr(self.obj, m.name))
            for m in listed
        ]


class Method(Entry):
    kind = "method"


def public_names() -> Iterator[Entry]:
    """Every public name: the formulas of nnlib itself, then modules imported by themselves."""
    nnlib = import_module("nnlib")
    topics = set()
    for name in nnlib.__all__:
        obj = getattr(nnlib, name)
        topic = ".".join(obj.__module__.split(".")[:2])  # of nnlib.activations._relu, say
        topics.add(topic)
        yield Entry(f"nnlib.{name}", "nnlib", topic, obj)
    for found in pkgutil.iter_modules(nnlib.__path__, "nnlib."):
        if found.name not in topics and not found.name.startswith("nnlib._"):
            tool = import_module(found.name)
            for name in tool.__all__:
                yield Entry(f"{found.name}.{name}", found.name, found.name, getattr(tool, name))


def constant(module: str, name: str) -> tuple[str, int, int]:
    """Of a constant, the docstring that stands below it; its first line and its last."""
    statements = ast.parse(inspect.getsource(import_module(module))).body
    for statement, below in zip(statements, [*statements[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.Assign):
            targets = [f"{module}.{ast.unparse(target)}" for target in statement.targets]
            if name in targets:
                documented = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                docstring = inspect.cleandoc(below.value.value) if documented else ""
                return docstring, statement.lineno, statement.end_lineno
    raise ExtensionError(f"{module}: {name} is given no value there")


class Name(str):
    """A default that is a function, as its caller would write it."""

    __repr__ = str.__str__


def call(obj: object) -> str:
    """How an object is called, without annotations: the docstrings give the types."""
    try:
        full = inspect.signature(obj)
    except (TypeError, ValueError):  # a constant; an exception class without its own __init__
        return ""
    parameters = []
    for parameter in full.parameters.values():
        default = parameter.default
        if inspect.isfunction(default):
            default = Name(default.__name__)
        parameters.append(parameter.replace(annotation=parameter.empty, default=default))
    return str(full.replace(parameters=parameters, return_annotation=full.empty))


def source(entry: Entry) -> tuple[str, str]:
    """The file, relative to the repository, and the lines as GitHub's URLs give them."""
    if entry.kind == "data":
        file = inspect.getsourcefile(import_module(entry.module))
        _, first, last = constant(entry.module, entry.name)
    else:
        obj = inspect.unwrap(entry.obj)
        file = inspect.getsourcefile(obj)
        lines, first = inspect.getsourcelines(obj)
        last = first + len(lines) - 1
    root = Path(import_module("nnlib").__file__).parents[1]
    return Path(file).relative_to(root).as_posix(), f"L{first}-L{last}"


def about(page: str) -> Entry:
    """A module itself."""
    return Entry(page, page, page, import_module(page))
