"""The admin of what is true: staff seed registers, and look at the journal."""

from kkm.admin import facts, integrations, proof, seed

__all__ = ["facts", "integrations", "proof", "seed"]
