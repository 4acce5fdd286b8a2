"""Pages that join subjects for operators: the desk of the day and the company file."""
