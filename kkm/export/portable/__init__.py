"""The check that travels with an export: Python's standard library and `kkm.domain`, nothing else.

`command.main` runs it.
"""
