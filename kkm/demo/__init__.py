"""The demo world: taxpayers, registers in every state, and days of believable trade written
through the door.
"""
