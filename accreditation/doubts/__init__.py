"""疑点: what the worker finds worth a second look (docs/ledger.md says which signals are not
looked for, and why).

Each signal is a small function that yields `Finding`s: two things side by side at a station.
`look` opens those that are not known yet. A doubt never changes a score and never blocks
anybody; a person closes it with a reason, and what was closed is not opened again.
"""

from accreditation.doubts.engine import look, open_found
from accreditation.doubts.found import Finding

__all__ = ["Finding", "look", "open_found"]
