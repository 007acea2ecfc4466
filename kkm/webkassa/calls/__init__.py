"""Calls of the register API, one module for each call or pair: what is asked, what is answered, and
the function. `kkm.webkassa.call_table` lists them.

Each module says in its docstring how sure its form is: documented by the vendor, read in the public
code of clients, or inferred from either.
"""
