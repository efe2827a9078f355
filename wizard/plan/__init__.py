"""The plan: all the answers of one deployment, its file, and changes to its structure."""
