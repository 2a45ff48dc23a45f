"""The rules of the scheme: standard library and cryptography only; no clock, no input, no output."""
