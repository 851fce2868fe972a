"""Agreements in the workspace, one module per subject."""
