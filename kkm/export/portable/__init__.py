"""The check that travels with an export: Python's standard library and `kkm.domain`, nothing else.

`command_line.main` runs it.
"""
