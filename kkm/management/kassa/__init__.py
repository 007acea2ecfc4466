"""A small register in the terminal.

It knows the register API and nothing else of Alsep, so it works against any base URL.
"""
