"""From a file to a reading: pages, ink, digits, lines."""
