"""Machine code from LLVM's language, in the process.

One pass is worth its time: variables become registers (SROA). What LLVM's other passes would do,
such as finding vectors, is written into the text already.

Ctrl-C waits where objects of LLVM are made and go: in their destructors it would be lost.
"""

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from ....system.computed import cached_property
from ....system.interrupts import undivided
from ....system.kept_files import KeptFiles
from ....system.packages import OnDemand, install_line, optional

if TYPE_CHECKING:
    import llvmlite.binding as llvm
else:
    llvm = OnDemand("llvmlite.binding", "native", "compiling to machine code")

# What is done to a module; another text for other passes.
_PASSES = "1: sroa, code 1"

# The first LLVM that reads pointers as they are written here; llvmlite 0.45 has LLVM 20.
_OLDEST = (16, 0, 0)

# Machine code that was compiled before: about 20 KB for a network.
OBJECTS = KeptFiles("objects", 100_000_000)


class Target(NamedTuple):
    """A processor: its name and features, as LLVM writes them, and how many vectors it holds."""

    cpu: str
    features: str
    registers: int


class Machine:
    """This processor, as LLVM knows it."""

    def demand(self) -> None:
        """Raise ImportError if LLVM is not installed, or too old."""
        optional("llvmlite.binding", "native", "compiling to machine code")
        if not hasattr(llvm, "create_pass_builder") or llvm.llvm_version_info < _OLDEST:
            line = install_line("native").replace("install", "install --upgrade")
            raise ImportError(f"compiling to machine code needs a newer llvmlite: {line}")

    @cached_property
    def features(self) -> dict[str, bool]:
        """What the processor can do, by LLVM's names."""
        return dict(llvm.get_host_cpu_features())

    @cached_property
    def target(self) -> "Target":
        """This processor, as code is written for it."""
        wide = self.features.get("avx512f") or self.features.get("neon")
        name, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
        return Target(name, features, 32 if wide else 16)

    @property
    def missing(self) -> str:
        """Why LLVM cannot be had, as text; empty if it can."""
        try:
            self.demand()
        except (ImportError, OSError) as error:
            return str(error)
        return ""

    @property
    def lacks(self) -> str:
        """What is missing here for machine code, as text; empty if nothing.

        On a processor without it, LLVM would compute a fused product and sum in software, 40 times
        slower.
        """
        if self.missing:
            return self.missing
        has_fma = self._target.name.startswith("aarch64") or self.features.get("fma", False)
        return "" if has_fma else "the processor has no fused product and sum"

    @cached_property
    def _target(self) -> Any:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        return llvm.Target.from_default_triple()

    def compiled(self, text: str, target: "Target | None" = None, *, keep: bool = True) -> "Code":
        """The machine code of a module, for this processor if no other one is named.

        It is kept in the user's cache, unless it is of this process.
        """
        target = target or self.target
        key = self.key(text, target)
        kept = self.kept(key, target) if keep else None
        if kept is not None:
            return kept
        made = self._object(text, target)
        if keep:
            OBJECTS.keep(key, made)
        return self._linked(made, target)

    def kept(self, key: str, target: "Target") -> "Code | None":
        """The machine code that was kept for a key; None if there is none."""
        found = OBJECTS.find(key)
        return None if found is None else self._linked(found, target)

    def key(self, text: str, target: "Target") -> str:
        """All that machine code depends on: the text, LLVM, the processor, and the passes."""
        parts = [_PASSES, optional("llvmlite", "native", "compiling").__version__,
                 str(llvm.llvm_version_info), self._target.triple, target.cpu, target.features,
                 text]  # fmt: skip
        return sha256("\0".join(parts).encode()).hexdigest()

    @undivided()
    def _linked(self, made: bytes, target: "Target") -> "Code":
        """The machine code of an object file, in memory."""
        engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), self._target_machine(target))
        engine.add_object_file(llvm.ObjectFileRef.from_data(made))
        engine.finalize_object()
        return Code(engine)

    @undivided()
    def _object(self, text: str, target: "Target") -> bytes:
        """The machine code of a module, as an object file."""
        module, machine = llvm.parse_assembly(text), self._target_machine(target)
        passes = llvm.create_new_module_pass_manager()
        passes.add_sroa_pass()
        options = llvm.create_pipeline_tuning_options(speed_level=1)
        passes.run(module, llvm.create_pass_builder(machine, options))
        made: bytes = machine.emit_object(module)
        return made

    def _target_machine(self, target: "Target") -> Any:
        """LLVM for a processor."""
        return self._target.create_target_machine(
            cpu=target.cpu, features=target.features, opt=1, codemodel="jitdefault", jit=True
        )


class Code:
    """Machine code, which is there as long as this object is."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def address(self, name: str) -> int:
        """The address of a function."""
        found: int = self._engine.get_function_address(name)
        return found


MACHINE = Machine()
