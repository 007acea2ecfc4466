"""Calls of the register API, one module for each call or pair: the declarations of its request and
answer, and its function. `kkm.webkassa.call_table` lists them.

Each module says in its docstring how sure its form is: documented by the vendor, read in the public
code of clients, or inferred from either.
"""
