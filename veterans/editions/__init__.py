"""The roster as a book: what stands in it (book.py), how an edition comes about and what
changed since the one before (workflow.py), its page (views.py)."""
