"""Pages of guarantees."""
