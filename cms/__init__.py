"""The public side: the page of the deployment, the page of each organisation, public notices, the verify entry.

Tables: DeploymentHome, OrganisationHome, ArticlePage (Wagtail pages; public words and pictures only).
Used by everybody without an account; edited in /cms/ by people who hold the role of a content editor.
"""
