"""Words for people, each once, for every output that people read: `words.py`, and a view for each
kind of record.
"""
