"""The demo world: taxpayers, registers in every state, and days of believable trade.

All operations are written through the door.
"""
