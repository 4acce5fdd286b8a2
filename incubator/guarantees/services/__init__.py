"""Acts of guarantees, by noun: fund, cases, committee, steps, loans, compensation, writing off."""
