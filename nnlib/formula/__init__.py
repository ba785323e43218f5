r"""The book's LaTeX, evaluated: `formula(r"\sum_i w_i x_i")(w=[1, 2], x=[3, 4])` is 11.0.

A formula is parsed (`grammar.lark`, `layout`, `parse` → `syntax`), its symbols are understood by
what is bound (`names`, `known`, `resolve`, `terms` → `meaning`), and it is evaluated on arrays
whose axes are named by indices (`values`, `evaluate`, `derivative`). `check` compares the sides.

Where the notation leaves a choice, this is what is taken; everything else is a FormulaError:

- A symbol is the longest form with its scripts that is bound; subscripts and superscripts in
  round brackets that are left over are indices, superscripts first (``x^{(i)}_j`` is x[i, j]).
  A letter that is bound to an integer is this integer, also as an index. A letter that is summed
  over without bounds and bound to a vector runs through its entries, but is a label in an index.
- An index may be made of letters and integers, with integer factors: ``x_{s(i-1)+d(k-1)+1}``; a
  comma stands before and after it. A free letter has the range of the axes that it indexes alone,
  otherwise every label that leads to an entry; the equation holds where all entries exist. Every
  term of a sum must exist, and what lies outside of an array is no zero: a condition
  (``\sum_{i:\, 1 \le j-i+1 \le K}``), bounds, or a padded array say which terms there are.
- A letter under a sum has the range that is written (``k=1`` and ``K`` above, ``1 \le u, v \le k``,
  ``t \ge k > s``, ``u \in \{1, \dots, k\}``, ``k = 1, \dots, K``, or such rows in ``\substack``),
  or else that of the axes that it indexes alone, less what a condition leaves out.
- A product of matrices has them in the order of the bounds: ``\prod_{k=1}^{3} A_k`` is A₁A₂A₃, and
  ``\prod_{3 \ge k \ge 1} A_k`` is A₃A₂A₁; without a factor it is the identity.
- Juxtaposition and ``\cdot`` bind tighter than ``\odot``. A vector is a column; before a matrix
  it is a row (``x W + b``). Vectors are divided entry by entry; e is raised to a vector, and the
  functions of the notation applied to arrays, entry by entry. A number is added to a vector, not
  to a matrix. ``A^k`` is a power of matrices.
- ``[x; y]``, ``[x, y]`` and a matrix of one column put vectors and numbers into one vector.
- An argument of a table that is bound itself is no index where the table has no axis for it:
  ``\pi(a \mid s, \theta)``. If it has an axis more, that is indexed before: ``v_{k+1}(s)``.
- ``\operatorname{f}^2(x)`` is the square of f(x), as is ``f(x)^2``. ``\mathbb{E}[X] Y`` is the
  mean of X, times Y. ``\mathbb{E}[X \mid Y = y]`` and ``\Pr\{X = x \mid Y = y\}`` exist where the
  condition can hold; the ``\pi`` of ``\mathbb{E}_\pi``, a table or a function, says nothing new.
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
