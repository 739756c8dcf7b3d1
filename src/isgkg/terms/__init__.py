"""The term base: what concepts are called and how they are defined; searched, exchanged, checked."""
