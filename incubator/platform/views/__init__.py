"""The pages of the platform, one module for each place."""
