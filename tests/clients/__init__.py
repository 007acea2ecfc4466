"""Clients as they are in the field: small programs of our own that send what five public clients of
the register API send, and read of the answers what those read.

Each module says which client it follows. Facts (paths, names of fields, order of calls, how numbers
and times are written) come from the public code of that client; the code here is ours.
"""
