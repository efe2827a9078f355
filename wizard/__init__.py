"""What Portwright knows: facts, answers, and what follows from them. No screens, no export formats."""
