"""Forms about universities and partners."""
