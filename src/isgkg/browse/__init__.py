"""The graph as a person reads it: one item with all that is said of it, search, the cross-link matrix.

Flows in: a store. Flows out: frozen values, which the command line and the pages render. Every query here is trusted text with codes
that were checked; nothing a user typed enters a query unescaped.
"""
