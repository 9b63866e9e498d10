from django.core.exceptions import BadRequest

NUL_SENTENCE = "提交的内容里有看不见的空字符，请删去从别处粘贴来的文字，重新输入后再提交。"


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
    """No text of ours holds a NUL, and PostgreSQL takes none: whoever sends one is told,
    here, once for every path, question and form. Stands last, so that the page which
    says so knows its reader."""

    def middleware(request):
        if _has_nul(request):
            raise BadRequest(NUL_SENTENCE)
        return get_response(request)

    return middleware


def _has_nul(request):
    if "\x00" in request.path or _in_values(request.GET):
        return True
    return request.method == "POST" and _in_values(request.POST)


def _in_values(data):
    return any("\x00" in name + "".join(values) for name, values in data.lists())
