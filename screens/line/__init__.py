"""The wizard as numbered lines: the same questions in the same order, for screen readers and serial
consoles.
"""
