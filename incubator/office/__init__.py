"""The operators' face: pages that join subjects. No tables; the subjects' own pages live in their apps."""
