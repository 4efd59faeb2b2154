"""One file per format: bytes in, source text with pages out."""
