"""Data faults of the roster: what cannot be right, found by rules that anyone can read.

rules.py      one pure function per kind, told nothing but the facts
facts.py      the facts of a person, and whose rows may be the same person's
detection.py  the rules held against what is open: opens, keeps and closes
runs.py       a whole station, county or city, as a Job and every night
closing.py    what people decide
listing.py    what the pages show

The exact rules stand in docs/scoring.md, "Data faults".
"""
