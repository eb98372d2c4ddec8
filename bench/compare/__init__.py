"""digits-bench compare: every contestant trained, measured the same way, and laid side by side in one report."""
