"""The rules of the scheme: no clock, no files, no network; only the standard library at hand."""
