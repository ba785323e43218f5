r"""The book's LaTeX, evaluated: `formula(r"\sum_i w_i x_i")(w=[1, 2], x=[3, 4])` is 11.0.

A formula is parsed (`grammar.lark`, `layout`, `parse` → `syntax`), its symbols are understood by
what is bound (`names`, `known`, `resolve`, `terms` → `meaning`), and it is evaluated on arrays
whose axes are named by indices (`values`, `evaluate`, `derivative`). `check` compares the sides.

Where the notation leaves a choice, this is what is taken; everything else is a FormulaError:

- A symbol is the longest form with its scripts that is bound; subscripts and superscripts in
  round brackets that are left over are indices, superscripts first (``x^{(i)}_j`` is x[i, j]).
  A letter that is bound to an integer is this integer, also as an index. A letter that is summed
  over without bounds and bound to a vector runs through its entries, but is a label in an index.
- Juxtaposition and ``\cdot`` bind tighter than ``\odot``. A vector is a column; before a matrix
  it is a row (``x W + b``). Vectors are divided entry by entry; e is raised to a vector, and the
  functions of the notation applied to arrays, entry by entry. A number is added to a vector, not
  to a matrix. ``A^k`` is a power of matrices.
- ``\operatorname{f}^2(x)`` is the square of f(x), as is ``f(x)^2``. ``\mathbb{E}[X] Y`` is the
  mean of X, times Y.
- A derivative without brackets takes the product that follows. Of its numbers only one may depend
  on the variable; ``x^\top A x`` is one whole. At a kink there is none.
- Cases may overlap where their values agree.
- A letter is not summed over inside a sum over it, nor on a side where it is free too.
- A number literal 0 may stand for a vector or a matrix of zeros beside ``=``.
- ``\approx`` holds to 1e-2, relative; ``\ne`` if arrays differ in some entry, for every index;
  ``\propto`` if one constant serves for all entries.
"""

try:
    import lark  # noqa: F401
except ImportError as error:
    raise ImportError("nnlib.formula needs lark: pip install 'nnlib-course[formula]'") from error

from nnlib.formula.bindings import derived, distribution, joint
from nnlib.formula.check import Relation, Report
from nnlib.formula.equation import Formula, formula
from nnlib.formula.errors import FormulaError, FormulaMismatch
from nnlib.formula.scope import Scope

__all__ = ["Formula", "FormulaError", "FormulaMismatch", "Relation", "Report", "Scope", "derived",
           "distribution", "formula", "joint"]  # fmt: skip
