"""What stands in docs/ and examples/ and is made by program: `make docs` writes all of it anew. Look
at the difference."""

from __future__ import annotations

from tests.golden import examples
from tests.golden.consoles import REVIEW, renewed
from tests.golden.reference import REFERENCE, reference

if __name__ == "__main__":
    examples.renew_export()
    REFERENCE.write_text(reference(), encoding="utf-8")
    REVIEW.write_text(renewed(REVIEW.read_text("utf-8")), encoding="utf-8")
