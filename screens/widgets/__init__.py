"""Widgets: all of them draw lines, and repaint only what changed."""
