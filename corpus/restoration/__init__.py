"""Mending of OCR damage in German text."""
