"""«Выгрузить для проверки»: a register's journal as a ZIP that anybody can check with Python's
standard library.

`portable` is what travels in the ZIP beside `kkm.domain` and checks it; the other modules make the
ZIP.
"""
