"""The trained weights: digits.keras, digits.tflite, and card.json that says how they were made. LICENSE: their terms."""
