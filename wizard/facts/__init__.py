"""The facts: `data/*.toml` → `Catalog`, checked on the way in."""
