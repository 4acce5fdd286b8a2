"""The demonstration: a story of two fictitious organisations, told through the services that people use.

No tables. `story.py` gives the order of events; the other modules hold one noun each. Used by `manage.py demo`
and by tests. Its texts are data in Chinese, not messages of the product.
"""
