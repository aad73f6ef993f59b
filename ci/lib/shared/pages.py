"""HTML pages from templates."""
import jinja2


def template(path, strict=False):
    """Loads a template that escapes all values. With `strict`, a missing value is an error."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(path.parent), autoescape=True, trim_blocks=True, lstrip_blocks=True,
                                     undefined=jinja2.StrictUndefined if strict else jinja2.Undefined)
    return environment.get_template(path.name)
