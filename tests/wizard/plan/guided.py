"""A coverage-guided run of the plan reader: what reaches a branch that nothing before reached is kept and
changed further. `make long` runs it; by hand, with what atheris asks for in requirements/fuzz.txt:

    python -m tests.wizard.plan.guided -runs=300000

All other words are libFuzzer's own. What breaks is written to a file `crash-…`, whose bytes go on as an argument.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["wizard", "tomli"]):
    from tests.wizard.plan.fuzzing import GOOD, TOKENS, VALUES, WORDS
    from tests.wizard.plan.test_planfile_fuzz import read

# Seconds of the clock, unlike those of the tests: a busy machine is no hang.
LIMITS = ("-timeout=60", "-rss_limit_mb=600", "-max_len=8000", "-print_final_stats=1")


def one(data: bytes) -> None:
    """One file, as the tests of damaged files read it: words about it, or a plan that comes back the same."""
    read(data)


def entry(text: str) -> str:
    """A line of libFuzzer's dictionary: bytes in double quotes, with \\xNN for what is not plain."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in text.encode("utf-8", "replace")) + '"'


def prepared(folder: Path) -> list[str]:
    """The good plans as first files, and the words that bytes alone would take long to hit upon."""
    first = folder / "plans"
    first.mkdir()
    for number, text in enumerate(GOOD):
        (first / f"{number}.toml").write_text(text, "utf-8")
    short = (value for value in (*WORDS, *VALUES) if isinstance(value, str) and 0 < len(value) < 60)
    tokens = (token.decode("latin-1") for token in TOKENS if len(token) < 60)
    words = folder / "words"
    words.write_text("\n".join(sorted({entry(word) for word in (*short, *tokens)})) + "\n", "ascii")
    return [str(first), f"-dict={words}"]


def main() -> None:
    """Runs until the count, the time, or the first input that breaks."""
    with tempfile.TemporaryDirectory() as folder:
        atheris.Setup([sys.argv[0], *prepared(Path(folder)), *LIMITS, *sys.argv[1:]], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
