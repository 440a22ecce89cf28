"""The pages of the reference: every public name, by subject, with what its docstring says."""

import inspect
from importlib import import_module
from pathlib import Path

# What a page is called, what it is about, and the names on it; of the first module that has them.
PAGES: dict[str, tuple[str, list[str], list[str]]] = {
    "values": ("Values and gradients", ["engine"], [
        "Value", "grad", "jacobian", "hessian", "hessian_vector_product", "scope", "scan",
    ]),
    "steps": ("Steps and paths", ["engine"], [
        "steps", "Seed", "Forward", "Push", "Done", "chain_rule", "ChainRule", "Path", "fold",
        "Fold", "FoldClass", "source_lines",
    ]),
    "pictures": ("Pictures and pages", ["engine"], [
        "draw", "Drawing", "RenderError", "Stepper", "Note", "trace", "Trace", "reason",
        "playground", "Playground",
    ]),
    "checks": ("Checks", ["engine"], [
        "check_gradient", "GradientCheck", "PartialCheck", "assert_gradient", "detect_anomaly",
        "LeavesGraphWarning",
    ]),
    "operations": ("Operations of your own", ["engine"], ["register", "Op", "PRIMITIVES"]),
    "compiler": ("Compiled programs", ["engine"], [
        "compile", "Compiled", "CompiledFunction", "CompiledOutputs", "baked_lines",
    ]),
    "elsewhere": ("From and to elsewhere", ["engine", "engine.expression"], [
        "from_jax", "from_onnx", "OnnxFunction", "value_array", "from_sympy", "to_sympy", "parse",
        "Expression", "ExpressionError",
    ]),
    "exercises": ("Exercises", ["engine.exercises"], [
        "exercise", "check", "hint", "solution", "student", "score",
    ]),
    "networks": ("Layers and networks", ["nn"], [
        "Module", "Neuron", "Layer", "MLP", "Perceptron", "Sequential", "Residual", "Embedding",
        "ReGLU", "GEGLU", "SwiGLU", "Swish", "LayerNorm", "RMSNorm", "Dropout", "learning",
        "set_data", "data_of", "grad_of", "ACTIVATIONS", "LIST_ACTIVATIONS", "INITIALIZERS",
    ]),
    "sequences": ("Sequences and images", ["nn"], [
        "Recurrent", "LSTM", "GRU", "Attention", "EachStep", "LastStep", "Reshape", "Convolution",
        "MaxPooling",
    ]),
    "losses": ("Losses and scores", ["nn"], [
        "mean_squared_error", "half_squared_error", "mean_absolute_error", "hinge",
        "perceptron_criterion", "binary_cross_entropy", "cross_entropy", "l1_penalty",
        "l2_penalty", "softmax", "log_softmax", "accuracy",
    ]),
    "training": ("Training", ["nn"], [
        "fit", "History", "LiveView", "EarlyStopping", "Checkpoint", "Optimizer", "SGD", "RMSprop",
        "Adam", "AdamW", "ConstantRate", "StepDecay", "LinearDecay", "CosineDecay", "clip_by_norm",
        "clip_by_value", "minimize", "Minimum",
    ]),
    "files": ("Files, exports and plots", ["nn", "nn.export", "nn.estimators"], [
        "load", "load_torch", "ModelFileError", "export", "to_torch", "to_onnx",
        "NetworkClassifier", "NetworkRegressor", "draw_network", "NetworkDrawing", "plot_history",
        "plot_loss", "plot_metrics", "plot_decision_boundary",
    ]),
}  # fmt: skip


def write_reference(folder: Path) -> None:
    """Write a page for each subject into `folder`, and one that lists them."""
    folder.mkdir()
    listed = "\n".join(PAGES)
    top = f"# Reference\n\nWhat every public name does.\n\n```{{toctree}}\n{listed}\n```\n"
    (folder / "index.md").write_text(top, encoding="utf-8")
    for stem, (title, modules, names) in PAGES.items():
        parts = [_entry(modules, name) for name in names]
        page = "\n\n".join([f"{title}\n{'=' * len(title)}", *parts])
        (folder / f"{stem}.rst").write_text(f"{page}\n", encoding="utf-8")


def unlisted() -> set[str]:
    """The public names of `engine` and `nn` that are on no page."""
    public = {*import_module("engine").__all__, *import_module("nn").__all__}
    return public - {name for _, _, names in PAGES.values() for name in names}


def _entry(modules: list[str], name: str) -> str:
    """The directive for a name."""
    module = next(each for each in modules if hasattr(import_module(each), name))
    what = getattr(import_module(module), name)
    if inspect.ismodule(what):
        return f".. automodule:: {what.__name__}\n   :no-index:"
    if inspect.isclass(what):
        return f".. autoclass:: {module}.{name}\n   :members:"
    if callable(what):
        return f".. autofunction:: {module}.{name}"
    return f".. py:data:: {module}.{name}\n\n   A table: {', '.join(map(_literal, what))}."


def _literal(name: str) -> str:
    """A name as code."""
    return f"``{name}``"
