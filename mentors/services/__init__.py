"""Acts of mentors and training, one function each."""
