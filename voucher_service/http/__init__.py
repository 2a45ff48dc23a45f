"""The manners of HTTP that all front doors share: problems, tokens, strict JSON, OpenAPI.

Knows Flask and nothing of any one screen or call.
"""
