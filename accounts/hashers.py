from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """The parameters that OWASP recommends (19 MiB, two passes, one lane). Django's own take
    100 MiB and eight lanes for each log-in, which a small server cannot give to a morning
    when a whole city logs in, and accounts are made by the hundred."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
