"""A gateway that speaks like Stripe and moves no money: for the demonstration, for development and for tests.

It is a program of its own that knows nothing of Django. `ledger` keeps sessions, payments, refunds and events, `server`
answers HTTP on this machine only, `pages` are the checkout page and the page that plays tricks with events."""
