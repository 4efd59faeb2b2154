"""What the reader and the cross-encoder are fitted to, and how. Nothing here runs when questions are asked."""
