"""Formats for tools that take requests: each has the fields that its maker publishes, and no others.

The page that each was taken from stands in docs/formats/tickets.md.
"""
