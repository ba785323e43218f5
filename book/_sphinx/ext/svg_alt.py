"""Alternative text and classes for figures, from where the notebook's code puts them.

`plotting.show(fig, alt=...)` stores the text in the output's metadata, as
`{"image/svg+xml": {"alt": ..., "classes": ...}}`; myst-nb itself reads width and height only.
"""

from myst_nb.core.render import NbElementRenderer
from sphinx.application import Sphinx

render_image = NbElementRenderer.render_image


def render_image_with_alt(self, data):
    """Render an image output, and give it the alt text of its metadata."""
    images = render_image(self, data)
    metadata = data.output_metadata.get(data.mime_type, {})
    for image in images:
        if "alt" in metadata:
            image["alt"] = metadata["alt"]
        image["classes"] += metadata.get("classes", "").split()
    return images


def setup(app: Sphinx) -> dict:
    NbElementRenderer.render_image = render_image_with_alt
    return {"parallel_read_safe": True, "parallel_write_safe": True}
