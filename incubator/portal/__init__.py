"""The startups' face: their home and inbox. No tables; the subjects' own pages live in their apps."""
