"""Read-only questions that screens, calls and documents ask. Nothing here writes or decides.

Each function takes the tenant it may see, so that a thing of another tenant does not exist.
"""
