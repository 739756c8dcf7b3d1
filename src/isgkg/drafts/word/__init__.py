"""Word documents (.docx): read, annotated, mended."""
