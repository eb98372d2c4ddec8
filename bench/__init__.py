"""What needs both the model and the pages: synthetic grounds and pages, and the glyphs that the reader cuts out."""
