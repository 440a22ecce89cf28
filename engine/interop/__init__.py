"""Programs and models of other libraries brought here, and graphs taken to them."""

from .formulas import from_sympy, to_sympy
from .jax_functions import from_jax
from .onnx_models import OnnxFunction, from_onnx
from .value_arrays import value_array

__all__ = ["OnnxFunction", "from_jax", "from_onnx", "from_sympy", "to_sympy", "value_array"]
