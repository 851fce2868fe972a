"""Rule packs in the database: the shipped TOML files become immutable `PackVersion` rows."""
