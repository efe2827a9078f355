"""Files that firewalls load."""
