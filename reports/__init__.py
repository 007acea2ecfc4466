"""Reports of what the journal says, on screen, on paper and as data. Nothing here writes."""
