"""What is true: registers, their shifts and fiscal operations."""
