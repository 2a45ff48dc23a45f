"""Mails: who is told what, in which words, and the post office that takes them.

What must be told is a row of the outbox, written with the fact itself. ``jobs.mails`` makes it one
mail for each person and sends those. A mail is sent at least once: if the process dies after the
post office took it and before that is written down, it leaves again, under the same Message-ID.
"""
