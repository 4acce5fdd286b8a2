"""The kernel: money, months, states, walls, views. No tables, no business words. Used by every app."""
