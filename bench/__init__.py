"""Measures the speed that the project promises.

Run it with `python -m bench [PART …] [--quick]`. Each promise is a ratio of medians that are
taken in one run. Both sides run alternately, so that a noisy machine disturbs both alike. The
databases belong to the bench and are dropped at the end.
"""
