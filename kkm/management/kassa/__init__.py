"""A small register in the terminal.

It uses the register API only, so it works with any server of that API.
"""
