from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.shortcuts import redirect

from accounts.marks import without_marks
from records.person_numbers import is_persons_number

NUL_SENTENCE = "请求里有看不见的空字符，请删去从别处粘贴来的文字，重新输入。"
NUL_DROPPED = "提交的内容里有从别处带来的看不见的空字符，已去掉，其余内容没有改动。"
NUMBER_SENTENCE = (
    "身份号码、电话不能这样查找，刚才的号码没有保留。要按号码找人，请打开花名册，"
    "在“姓名、拼音首字母或完整号码”一格填写后点“查询”。"
)


def headers(get_response):
    """Headers that neither Django nor the two header packages set."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def clean_text(get_response):
    """What nobody typed and nobody sees is dropped here once, for every question and form:
    marks without a shape silently, a NUL (no text of ours holds one, and PostgreSQL takes
    none) with a word to the writer. An address with a NUL is refused. Stands last, so that
    the page which says so knows its reader."""

    def middleware(request):
        if "\x00" in request.path or _holds_nul(request.GET):
            raise BadRequest(NUL_SENTENCE)
        request.GET = _cleaned(request.GET)
        if request.method == "POST":
            if _holds_nul(request.POST):
                messages.warning(request, NUL_DROPPED)
            request.POST = _cleaned(request.POST)
        return get_response(request)

    return middleware


def no_numbers_in_addresses(get_response):
    """Who searches for an ID number or a phone is sent on to the same page without it, so
    that neither the browser's history nor the address of the next page keeps it. Searches
    stand in `q`; the roster's own is posted (veterans/number_views.py)."""

    def middleware(request):
        if not is_persons_number(request.GET.get("q", "")):
            return get_response(request)
        kept = request.GET.copy()
        del kept["q"]
        if "application/json" not in request.headers.get("Accept", ""):
            messages.error(request, NUMBER_SENTENCE)
        return redirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)

    return middleware


def _holds_nul(data):
    return any("\x00" in name + "".join(values) for name, values in data.lists())


def _cleaned(data):
    rows = [(_plain(name), [_plain(value) for value in values]) for name, values in data.lists()]
    if rows == list(data.lists()):
        return data
    cleaned = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in rows:
        cleaned.setlist(name, values)
    cleaned._mutable = False
    return cleaned


def _plain(text):
    return without_marks(text).replace("\x00", "")
