"""Forms of dates and times for each language: those of the cabinet, also in the administration."""
