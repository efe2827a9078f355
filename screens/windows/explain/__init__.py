"""Explain a connection: three fields, and the way hop by hop."""
