"""Work of this app that runs in the background (records/jobs.py finds it here)."""

from activities.films import making

__all__ = ["making"]
