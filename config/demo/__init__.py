"""The demonstration city: invented people and records on the real tree of regions.

Everything is drawn from generators seeded with the seed and the code of the region, so
the same seed gives the same city, whatever the order. Recognitions of the finished
programme have absolute dates; all else is relative to today.
"""
