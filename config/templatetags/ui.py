"""Small template helpers that every page may use (a builtin, no {% load %}).

docs/ui.md shows them in use. They render what they are given and ask the database nothing.
"""

import datetime as dt
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from config.addresses import address
from config.crispy_fields import field_html
from records.markup import badge, day, line_badge, moment, points, toned
from records.markup import escape as quick_escape

register = template.Library()
register.tag("url", address)
for piece in (points, day, moment):
    register.filter(piece)
for piece in (badge, line_badge):
    register.simple_tag(piece)

TRACKS = {
    "red": ("红色", "红色文化"),
    "historical": ("古色", "历史文化底蕴"),
    "rural": ("绿色", "乡村振兴高质量发展"),
}

# The colour says whose turn it is or how it ended; the word always stands beside it.
APPLICATION_STATES = {
    "draft": ("草稿", "none"),
    "town_review": ("乡镇（街道）审核", "wait"),
    "county_review": ("县级初审", "wait"),
    "city_review": ("市级评审", "wait"),
    "site_visit": ("实地核验", "wait"),
    "decision": ("集体研究", "wait"),
    "public_notice": ("公示中", "wait"),
    "accredited": ("已认定", "good"),
    "returned": ("退回补正", "fair"),
    "withdrawn": ("已撤回", "none"),
    "not_recommended": ("不予推荐", "poor"),
    "rejected": ("不予认定", "poor"),
    "lapsed": ("逾期终止", "poor"),
}
# An application stays accredited; what later ended its accreditation is said instead.
ENDS = {"revoked": ("认定已撤销", "poor"), "merged": ("机构撤并，认定终止", "none")}


# --- filters -------------------------------------------------------------------------


@register.filter
def percent(share):
    """0.975 -> 97.5%; 1 -> 100%."""
    if share is None or share == "":
        return "—"
    text = f"{float(share) * 100:.1f}".removesuffix(".0")
    return f"{text}%"


@register.filter
def clock(seconds):
    """How long a video runs: 1:05, 1:02:03; nothing where nobody knows."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def dash(value):
    """What nobody has filled in is a dash, a nought stays a nought, a date is written short."""
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.date):
        return day(value)
    return "—" if value is None or value == "" else value


# --- small pieces --------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def form_field(context):
    """One field of a form: all that templates/bootstrap5/field.html is."""
    return field_html(context)


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name, label=""):
    """An icon of static/vendor/icons.svg; a decoration, unless it is given a label."""
    href = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.simple_tag
def cells(row):
    """The cells of one row of a list from (column, value): fifty rows of eight are the larger
    half of a page, so they are put together here and not node by node."""
    return mark_safe("".join(_cell(column, value) for column, value in row))


def _cell(column, value):
    name = ("text-nowrap" if column.is_short else "") + ("" if value else " is-blank")
    label = quick_escape(column.label)
    return f'<td data-label="{label}" class="{name}">{quick_escape(dash(value))}</td>'


def _part(value, maximum):
    if not maximum or value is None:
        return 0
    return round(max(0, min(1, value / maximum)) * 100, 1)


@register.simple_tag
def bar(value, maximum, colour="", ahead=0, mark=None, label=""):
    """A bar as SVG, because the content security policy forbids style attributes.

    `ahead` is drawn pale behind the value (what is under way), `mark` is a line across
    (where the schedule stands). Without a colour, a full bar is green and any other amber.
    """
    full = _part(value, maximum)
    colour = escape(colour or ("good" if full >= 100 else "fair"))
    head = (
        f'<svg class="bar bar-{colour}" viewBox="0 0 100 10" preserveAspectRatio="none"'
        f' role="img" aria-label="{escape(label or f"{full:g}%")}">'
    )
    parts = [head, '<rect class="bar-back" width="100" height="10"/>']
    if ahead and (width := _part((value or 0) + ahead, maximum)):
        parts.append(f'<rect class="bar-ahead" width="{width}" height="10"/>')
    parts.append(f'<rect class="bar-full" width="{full}" height="10"/>')
    if mark is not None:
        at = _part(mark, maximum)
        parts.append(f'<rect class="bar-mark" x="{at}" width="0.6" height="10"/>')
    return mark_safe("".join(parts) + "</svg>")


@register.simple_tag
def state_badge(state, end_reason=""):
    """The state of an application, or how its accreditation ended."""
    text, tone = ENDS.get(end_reason) or APPLICATION_STATES.get(str(state), (state, "none"))
    return toned(text, tone)


@register.simple_tag
def track_badge(track, full=False):
    """红色, 古色, 绿色; with `full=True` the name the policy gives the kind."""
    if not track:
        return toned("未确定", "none")
    short, long = TRACKS[str(track)]
    return toned(long if full else short, f"track-{track}")


@register.inclusion_tag("ui/empty.html")
def empty(title, text="", icon="inbox", url="", action=""):
    """Nothing to show: say so, and what to do next."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(context, page, key="page"):
    """The foot of a list: 共 N 条 and the way to the other pages; keeps the filters.

    `key` is the name of the page number in the address, for pages with two lists.
    """
    query = context["request"].GET.copy()
    query.pop(key, None)
    kept = f"{query.urlencode()}&" if query else ""

    def address(number):
        return f"?{kept}{key}={number}"

    gap = page.paginator.ELLIPSIS
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [(n, "" if n == gap else address(n)) for n in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("ui/filters.html")
def filters(form, reset=""):
    """A filter form in one row above its list, sent with GET."""
    return {"form": form, "reset": reset}


@register.inclusion_tag("ui/secrecy.html")
def secrecy():
    """严禁上传涉密内容: stands on every page that takes files or free text about units."""
    return {}
