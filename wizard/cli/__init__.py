"""The commands: the one room that knows exporters and screens, and imports them late."""
