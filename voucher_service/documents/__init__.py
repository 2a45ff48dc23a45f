"""Renderings of stored facts: booklet sheets, letters, statements.

Plain data in, bytes out. Nothing here decides, writes to the store or calls out; the same facts
give the same bytes on any machine, because no system font, clock or network is asked.
"""
