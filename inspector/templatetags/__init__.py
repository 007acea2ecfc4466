"""Template tags and filters of the cabinet."""
