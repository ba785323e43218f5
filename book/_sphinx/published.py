"""Where the book is published: as _config.yml says, or as the fork that is building says."""

import os
from collections.abc import Mapping


def published(settings: dict, environ: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return the repository's URL and the site's, the latter with a final slash.

    GitHub's workflows set GITHUB_REPOSITORY to owner/name, and GitHub Pages serves
    the site of that repository at owner.github.io/name/.
    """
    repository = environ.get("GITHUB_REPOSITORY")
    if not repository:
        return settings["repository"]["url"], settings["html"]["baseurl"].rstrip("/") + "/"
    owner, name = repository.lower().split("/")
    path = "" if name == f"{owner}.github.io" else repository.split("/")[1] + "/"
    return f"https://github.com/{repository}", f"https://{owner}.github.io/{path}"
