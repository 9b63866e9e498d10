"""What the views of every app do with a request."""


def posted(request):
    """What was sent, or None for a first look; an empty form that was sent has errors too."""
    return request.POST if request.method == "POST" else None
