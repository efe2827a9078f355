"""Files for programs: the plan, and what follows from it, as TOML, CSV and JSON."""
