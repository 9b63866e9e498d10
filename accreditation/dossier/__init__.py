"""申报材料汇编: an application prints itself from its records.

material.py gathers what was submitted (frozen) or what would be (a draft), forms.py, parts.py
and evidence.py are the chapters, document.py binds them, archive.py packs all with a manifest.
"""
