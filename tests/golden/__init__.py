"""What must stay byte for byte: seals, frozen Z-reports, signed heads, statements, tokens, exports,
printed lines and answers of the API.

A story with a fixed clock and a fixed signing key is told once; what comes out stands in files
beside `test_golden.py`. A difference is a fault unless an issue asks for it. Then write the files
anew with `make test ARGS="tests/golden --regen-all"`, read the difference, and commit it with its
reason.
"""
