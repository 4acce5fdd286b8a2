"""Paper: private files with their SHA-256, and PDFs made from our own templates.

Tables: Document. Used by every app that keeps or prints a paper.
"""
