r"""The book's LaTeX, evaluated: `formula(r"\sum_i w_i x_i")(w=[1, 2], x=[3, 4])` is 11.0.

A formula is parsed (`grammar.lark`, `layout`, `parse` → `syntax`), its symbols are understood by
what is bound (`names`, `resolve`, `terms` → `meaning`), and it is evaluated on arrays whose axes
are named by indices (`values`, `evaluate`, `derivative`). `check` compares the sides.
"""

from nnlib.formula.bindings import derived, distribution, joint
from nnlib.formula.check import Relation, Report
from nnlib.formula.equation import Formula, formula
from nnlib.formula.errors import FormulaError, FormulaMismatch
from nnlib.formula.scope import Scope

__all__ = ["Formula", "FormulaError", "FormulaMismatch", "Relation", "Report", "Scope", "derived",
           "distribution", "formula", "joint"]  # fmt: skip
