"""Alsep: the tax inspector's cabinet for cash registers."""
