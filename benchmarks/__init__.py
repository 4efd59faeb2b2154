"""Measurements of quality and speed; docs/evaluate.md says what they need and what they printed."""
