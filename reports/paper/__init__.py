"""Reports on paper: lines of text, PDF/A on A4 and on an 80 mm roll, the font, the QR code."""
