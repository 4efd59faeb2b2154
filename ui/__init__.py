"""The doors for people: chat page, page view, command line."""
