"""What the documents say: reading files, mending them, cutting them into sentences and passages."""
