"""One function per sentence the product can say. Actions do; they never render, mail or call out.

An action is given a session and the present moment. It does not commit: whoever calls it does,
once, at the edge. The few that commit by themselves, because they are long or because they are
the heart of the product, say so.
"""
