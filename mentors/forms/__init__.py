"""Input about mentors and training from browsers, cleaned."""
