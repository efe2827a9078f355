"""The plan file: TOML ↔ `Plan`.

Reading collects every error at once, each with the key's path and, where there is one, its line.
Whatever is wrong is left out of the plan, so that a wizard can go on with the rest. Writing makes
every default explicit.
"""

from wizard.plan.file.options import read_host, read_option, unanswered, with_defaults
from wizard.plan.file.read import parse_plan, plan_of, products_named, read_plan
from wizard.plan.file.values import NAME, PlanError, PlanErrors, in_words
from wizard.plan.file.write import write_plan

__all__ = [
    "NAME",
    "PlanError",
    "PlanErrors",
    "in_words",
    "parse_plan",
    "plan_of",
    "products_named",
    "read_host",
    "read_option",
    "read_plan",
    "unanswered",
    "with_defaults",
    "write_plan",
]
