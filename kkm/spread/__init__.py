"""The journal over several machines, by register: which tables are spread, which keys that needs
(`keys`), and how Citus, an extension of PostgreSQL, is told so (`citus`).
"""
