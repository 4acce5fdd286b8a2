"""Acts on contests and events, by noun."""
