"""The pilot of Nantes, played through the real actions with a fixed seed.

So that a newcomer finds a service at work within seconds. Every number that identifies somebody in
it is invented.
"""
