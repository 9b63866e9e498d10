"""The web server, for script/run and for production alike (docs/deploy.md)."""

import os

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# Loaded once, then forked: a quicker start and shared memory.
preload_app = True
timeout = 60
graceful_timeout = 3
keepalive = 5
# A worker is renewed now and then, so that a slow leak of some library never matters.
max_requests = 20_000
max_requests_jitter = 2_000
loglevel = os.environ.get("WEB_LOG_LEVEL", "warning")
control_socket_disable = True
