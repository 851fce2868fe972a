"""Forms of agreements, one module per subject."""
