from config.wsgi import behind_proxy


def address_seen(**headers):
    seen = []
    behind_proxy(lambda environ, start: seen.append(environ["REMOTE_ADDR"]))(
        {"REMOTE_ADDR": "127.0.0.1"} | headers, None
    )
    return seen[0]


def test_behind_a_proxy_the_caller_is_the_address_that_the_proxy_wrote():
    assert address_seen(HTTP_X_FORWARDED_FOR="10.1.2.3") == "10.1.2.3"
    assert address_seen(HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.2.3") == "10.1.2.3"
    assert address_seen() == "127.0.0.1"
