"""Words for people, each once, for every output that people read."""
