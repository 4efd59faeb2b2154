"""What to answer: retrieval, reading, conversation, citing or abstaining."""
