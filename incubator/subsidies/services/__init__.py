"""The business acts on subsidies, one file for each part of the way: keys, applications, review, claims, decisions."""
