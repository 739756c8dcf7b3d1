"""Drafts against the term base and the rules of GB/T 1.1: what is written, where, and what to write instead (rules T28 to T40)."""
