"""One file a format: a deployment becomes files. `table.py` lists them, `export.py` writes them."""
