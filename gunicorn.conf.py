"""How gunicorn serves Alsep; read from the working directory by `gunicorn alsep.wsgi`.

HOST, PORT        where to listen; default 127.0.0.1 and 8000
WEB_CONCURRENCY   workers; default two for each core and one more
"""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", 2 * (os.cpu_count() or 1) + 1))
# a slow client holds a thread, not a worker; paper is laid out by one thread of a worker at a time
worker_class = "gthread"
threads = 4
timeout = 120  # seconds; a long period on paper is the slowest thing we do
max_requests = (
    20_000  # a worker is replaced before it grows old, but not every minute while registers sell
)
max_requests_jitter = 2_000
accesslog = "-"
control_socket_disable = (
    True  # nobody asks it, and it would write into a home that may not be there
)
