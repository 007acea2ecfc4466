"""The public pages under /verify/: whether a printed report agrees with the journal."""
