"""Drafts of standards in any format: read into blocks with places, annotated, mended."""
