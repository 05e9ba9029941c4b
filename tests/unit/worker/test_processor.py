from services.worker.engines.litert.processor import kernel_class, this_kernel_class

OLD = "processor\t: 0\nmodel name\t: One\nflags\t\t: fpu sse4_1 avx avx2 fma\n"


def test_what_no_kernel_uses_does_not_matter() -> None:
    other = OLD.replace("One", "Two").replace("fpu", "fpu erms")
    assert kernel_class(OLD, "x86_64") == kernel_class(other, "x86_64")
    assert kernel_class(OLD * 2, "x86_64") == kernel_class(OLD, "x86_64")


def test_other_vector_units_are_another_class() -> None:
    found = {kernel_class(OLD.replace("fma", f"fma {more}"), "x86_64") for more in ("", "avx512f")}
    found.add(kernel_class(OLD.replace("fma", "fma avx_vnni"), "x86_64"))
    assert len(found) == 3


def test_kinds_of_arm_cores_are_classes() -> None:
    core = "Features\t: fp asimd asimddp\nCPU part\t: 0x{}\n"
    big, small = core.format("d40"), core.format("d05")
    assert kernel_class(big, "aarch64") != kernel_class(small, "aarch64")
    assert kernel_class(big, "aarch64") != kernel_class(big + small, "aarch64")


def test_this_machine_has_one() -> None:
    assert this_kernel_class() == this_kernel_class()
