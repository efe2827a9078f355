"""Each of some modules imported in a process where none of ours is loaded: `python -m
tests.tools.alone NAME…` writes a line for each, its name and the top names of all that is loaded.

The processes are forks of one that has the libraries, so that hundreds take seconds."""

import importlib
import os
import sys
import traceback

# What every part of the wizard may load.
LIBRARIES = ("dataclasses", "msgspec", "netaddr", "platformdirs", "tomllib", "typing")


def main(names: list[str]) -> int:
    for library in LIBRARIES:
        importlib.import_module(library)
    failures = 0
    for name in names:
        child = os.fork()
        if not child:
            os._exit(_report(name))
        failures += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    return failures


def _report(name: str) -> int:
    try:
        importlib.import_module(name)
    except BaseException:
        traceback.print_exc()
        return 1
    tops = sorted({module.partition(".")[0] for module in sys.modules})
    os.write(1, f"{name} {' '.join(tops)}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
