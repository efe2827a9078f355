"""Bytes on the wire: `python -m tests.bench.bench_wire` prints what each action sends, with both
drivers.
"""

from __future__ import annotations

from tests.bench.wire import measure
from wizard.text import table

IDLE = 30.0


def main() -> None:
    """Print the tables."""
    for columns, lines in ((80, 24), (120, 40)):
        ours = measure(columns, lines, idle=IDLE)
        stock = measure(columns, lines, "--plain-driver", idle=IDLE)
        rows = [
            (
                one.action,
                f"{one.bytes:,}",
                f"{other.bytes:,}",
                f"{one.seconds * 1000:.0f}" if one.seconds else "",
            )
            for one, other in zip(ours, stock, strict=True)
        ]
        print(f"{columns}x{lines}, 256 colours, bytes (idle: {IDLE:.0f} s)")
        print(table(("action", "changed cells", "plain driver", "ms to the last byte"), rows))
        print()


if __name__ == "__main__":
    main()
