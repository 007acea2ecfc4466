"""What is added up and found in the journal's tables: sums, figures of a shift, frozen headings."""
