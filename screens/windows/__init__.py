"""What stands over the wizard's screen: something to read, to choose, to fill in, to compare, to
explain.
"""
