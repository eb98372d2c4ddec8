"""What a digit looks like, and who recognises it. This room knows nothing of pages or cameras."""

__version__ = "0.1.0"
