from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import QueryDict

NUL_SENTENCE = "请求里有看不见的空字符，请删去从别处粘贴来的文字，重新输入。"
NUL_DROPPED = "提交的内容里有从别处带来的看不见的空字符，已去掉，其余内容没有改动。"


def headers(get_response):
    """Headers that neither Django nor the two header packages set."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def refuse_nul(get_response):
    """No text of ours holds a NUL, and PostgreSQL takes none. An address with one is
    refused; a form loses only the NUL, which nobody typed, and the writer is told. Here
    once for every path, question and form; stands last, so that the page which says so
    knows its reader."""

    def middleware(request):
        if "\x00" in request.path or _in_values(request.GET):
            raise BadRequest(NUL_SENTENCE)
        if request.method == "POST" and _in_values(request.POST):
            request.POST = _without_nul(request.POST)
            messages.warning(request, NUL_DROPPED)
        return get_response(request)

    return middleware


def _in_values(data):
    return any("\x00" in name + "".join(values) for name, values in data.lists())


def _without_nul(data):
    cleaned = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        cleaned.setlist(name.replace("\x00", ""), [value.replace("\x00", "") for value in values])
    cleaned._mutable = False
    return cleaned
