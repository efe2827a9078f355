"""Compare with a saved plan: which one, the two side by side, each row's cause, and the change
request.
"""
