"""Speed, memory and reading rates, measured as ratios in one run."""
