"""Files for the web proxy and for whoever filters by name."""
