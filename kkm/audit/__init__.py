"""Reads the whole journal of a register back and says whether it can be believed.

`audit.full_audit` is the check. `self_test` proves that it notices what it must notice.
"""
