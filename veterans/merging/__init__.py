"""Two rows of one person become one: side by side, field by field, nothing deleted.

parts.py       what is compared and chosen
references.py  what hangs on a person, whatever app it is of
workflow.py    the merge itself
"""
