"""The trained weights: digits.keras, digits.tflite, and card.json, which says how they were made. LICENSE: terms."""
