"""Forms: they check shape, rules and services decide."""
