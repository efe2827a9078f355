"""Words for people, each once (`words.py`), and a view for each kind of record."""
