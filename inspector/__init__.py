"""Who may see, and act: the tax inspector's cabinet."""
