"""What the project promises about speed, measured: `python -m bench [pdf] [year] [appends]
[--quick]`.

Each promise is a ratio of medians taken in one run, the two sides by turns, so that a noisy machine
disturbs both alike. Databases are the bench's own and are dropped at the end.
"""
