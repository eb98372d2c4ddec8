"""From a camera to a screen: frames, their readings, a window or lines of JSON."""
