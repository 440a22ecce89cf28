"""Export: networks for other programs.

    nn.export.to_torch(model)                       # a torch.nn.Sequential, in float64
    nn.export.to_onnx(model, "model.onnx")          # a file that many programs can run

The input of an exported network is an array with a row for each example or, for an Embedding, a
whole number for each; for a layer of sequences or images, with axes for these. The output has a row
for each example; if the model gives one Value, the row has one column. Every module of this package
and every activation can be exported; a module of your own cannot.
"""

from importlib import import_module
from typing import Any

from engine.system.files import FilePath, demand_writable, path_of, write_whole

from ..module import Module
from .plan import array_plan


def to_torch(model: Module[Any]) -> Any:
    """A torch.nn.Sequential that computes the same as the model, with parameters of its own.

        twin = nn.export.to_torch(model)
        twin(torch.tensor(X, dtype=torch.float64))

    PyTorch can train it further, and `torch.save` can save it. A Dropout in it drops nothing until
    `twin.train()`.

    Raises TypeError if `model` is not a module, ValueError, which names it, for a module that is
    not made by this package, and ImportError if PyTorch is not installed.
    """
    plan = array_plan(model)
    return import_module(".torch_modules", __package__).sequential(plan)


def to_onnx(model: Module[Any], path: FilePath) -> None:
    """Write the model to a file in the ONNX format, whole or not at all.

    The input is called x and the output y; all numbers are float64. `onnx.checker` has checked the
    file. The file has the parameters of the model, but `nn.load` cannot read it.

    Raises TypeError if `model` is not a module, ValueError, which names it, for a module that is
    not made by this package, an OSError if no file can be written at `path`, and ImportError if
    onnx is not installed.
    """
    plan = array_plan(model)
    target = path_of(path)
    demand_writable(target)
    write_whole(target, import_module(".onnx_graph", __package__).serialized(plan))
