"""Calls of the register API, one module for each call or pair.

Each module says in its docstring how sure its form is: documented by the vendor, read in the public
code of clients, or inferred from either.
"""
