"""Export: networks for other programs, by `to_torch` and `to_onnx`."""

from .exporters import to_onnx, to_torch

__all__ = ["to_onnx", "to_torch"]
