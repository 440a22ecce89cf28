"""Machine code from LLVM's language, in the process.

One pass is worth its time: variables become registers (SROA). What LLVM's other passes would do,
such as finding vectors, is written into the text already.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

from ....system.computed import cached_property
from ....system.packages import OnDemand, optional

if TYPE_CHECKING:
    import llvmlite.binding as llvm
else:
    llvm = OnDemand("llvmlite.binding", "native", "compiling to machine code")


class Target(NamedTuple):
    """A processor: its name and features, as LLVM writes them, and how many vectors it holds."""

    cpu: str
    features: str
    registers: int


class Machine:
    """This processor, as LLVM knows it."""

    def demand(self) -> None:
        """Raise ImportError if LLVM is not installed."""
        optional("llvmlite.binding", "native", "compiling to machine code")

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
    def lacks(self) -> str:
        """What the processor lacks for machine code from here, as text; empty if nothing.

        LLVM would compute a fused product and sum in software, 40 times slower.
        """
        has_fma = self._target.name.startswith("aarch64") or self.features.get("fma", False)
        return "" if has_fma else "the processor has no fused product and sum"

    @cached_property
    def _target(self) -> Any:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        return llvm.Target.from_default_triple()

    def compiled(self, text: str, target: "Target | None" = None) -> "Code":
        """The machine code of a module, for this processor if no other one is named."""
        module = llvm.parse_assembly(text)
        cpu, features, _ = target or self.target
        machine = self._target.create_target_machine(
            cpu=cpu, features=features, opt=1, codemodel="jitdefault", jit=True
        )
        passes = llvm.create_new_module_pass_manager()
        passes.add_sroa_pass()
        options = llvm.create_pipeline_tuning_options(speed_level=1)
        passes.run(module, llvm.create_pass_builder(machine, options))
        engine = llvm.create_mcjit_compiler(module, machine)
        engine.finalize_object()
        return Code(engine)


class Code:
    """Machine code, which is there as long as this object is."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    def address(self, name: str) -> int:
        """The address of a function."""
        found: int = self._engine.get_function_address(name)
        return found


MACHINE = Machine()
