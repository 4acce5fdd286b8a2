"""The page types of the public side."""

from cms.models.article import ArticlePage
from cms.models.home import DeploymentHome, OrganisationHome

__all__ = ["ArticlePage", "DeploymentHome", "OrganisationHome"]
