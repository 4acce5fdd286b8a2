"""Acts of guarantees, by noun: a fund, a case."""
