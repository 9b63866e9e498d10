"""`{% url %}` that looks an address up once.

A page holds dozens of addresses, and Django tries the patterns of a name anew for each: the
same name with the same arguments is the same address for everybody, as long as the process
lives. Only texts and whole numbers are looked up here; all else goes Django's way.
"""

from functools import lru_cache

from django.template.defaulttags import URLNode, url
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import escape

KEPT = 4000


@lru_cache(maxsize=KEPT)
def _address(name, args, kwargs, prefix, urlconf):
    return reverse(name, args=args, kwargs=dict(kwargs))


class AddressNode(URLNode):
    def render(self, context):
        name = self.view_name.resolve(context)
        args = tuple(arg.resolve(context) for arg in self.args)
        kwargs = tuple((key, value.resolve(context)) for key, value in self.kwargs.items())
        values = (name, *args, *(value for _, value in kwargs))
        if not all(isinstance(value, str) or type(value) is int for value in values):
            return super().render(context)
        texts = tuple(map(str, args)), tuple((key, str(value)) for key, value in kwargs)
        try:
            found = _address(str(name), *texts, get_script_prefix(), get_urlconf())
        except NoReverseMatch:
            return super().render(context)
        if not self.asvar:
            return escape(found) if context.autoescape else found
        context[self.asvar] = found
        return ""


def address(parser, token):
    node = url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
