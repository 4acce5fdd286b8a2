"""The Django project of Fuhua: settings, addresses, and the small domain apps of the incubator."""
