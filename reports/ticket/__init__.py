"""A ticket as the buyer gets it, and the public pages under /consumer where he finds it again."""
