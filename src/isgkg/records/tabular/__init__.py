"""Records as tables: workbooks of Excel and files of CSV, read with their places and written for people to fill in."""
