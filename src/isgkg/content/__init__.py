"""What several readers of files need: their text, and archives that can be opened without harm."""
