"""The wizard's one screen, and what can be done from anywhere on it."""
