"""The page types of the public side."""

from cms.models.article import ArticleKind, ArticlePage
from cms.models.home import DeploymentHome, OrganisationHome
from cms.models.search import SearchText

__all__ = ["ArticleKind", "ArticlePage", "DeploymentHome", "OrganisationHome", "SearchText"]
