"""Metrics and question sets."""
