"""Records of experiments and standards: read in any format with places, checked by shapes, converted, and written as templates.

Flows in: files of records, and the release that they are checked against. Flows out: reports, files in other formats, templates.
"""
