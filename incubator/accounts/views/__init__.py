"""Pages of people: `home`, `office` (settings), `public` (an invitation)."""
