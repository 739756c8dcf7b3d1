"""Files into a checked, frozen graph.

Flows in: ontology/, shapes/, data/. Flows out: a release: one canonical N-Quads file and a manifest. `build` makes one, `output` writes and
finds one; finding one must be quick, so nothing is imported here.
"""
