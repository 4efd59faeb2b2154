"""Readers of files: formats.py names them; parsers of foreign formats are modules run as processes."""
