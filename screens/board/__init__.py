"""What follows from the plan, as tables to look at: made once beside the keys, rows only when seen."""
