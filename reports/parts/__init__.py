"""What a report consists of: its heading, blocks, tables, labels, and the claim that its token
signs.
"""
