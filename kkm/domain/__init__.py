"""The field in pure Python: values that cannot be wrong and additions that cannot drift.

Standard library only.
"""
