"""The same reader in a browser, and behind an HTTP API for programs."""
