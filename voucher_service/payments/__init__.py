"""The outside of money: files for banks, and what banks answer.

Pure functions from values to bytes and back. Nothing here keeps, decides or sends anything: who may
pay is decided in ``actions``, and what a bank says is acted upon there.
"""
