"""What can be said: pure reading. Totals with a heading, on screen and on paper."""
