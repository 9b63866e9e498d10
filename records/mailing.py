"""The way out for mail: one message to one person over SMTP, and what is known afterwards.

A mail is neither repeated nor given up on a guess: the server said no for now, or for good,
or the line broke after the text had gone out and nobody knows.
"""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

# Replies from here on are for good.
PERMANENT = 500


class ServerDown(Exception):
    """Nothing was handed over, to nobody: worth trying later."""


class NotNow(Exception):
    """The server does not take this one at the moment."""


class Refused(Exception):
    """The server will not take this one."""


class Unknown(Exception):
    """The line broke after the text was sent."""


def send(*, to: str, subject: str, body: str) -> None:
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to])
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as problem:
        raise ServerDown(str(problem)) from problem
    try:
        _hand_over(backend.connection, message.message().as_bytes(linesep="\r\n"), to)
    finally:
        backend.close()


def _hand_over(smtp: smtplib.SMTP, content: bytes, to: str) -> None:
    """smtplib's `sendmail` in its steps, because the step tells what a broken line means."""
    try:
        smtp.ehlo_or_helo_if_needed()
        code, reply = smtp.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        if code != 250:
            raise ServerDown(_words(code, reply))
        _judge(*smtp.rcpt(to))
    except (OSError, smtplib.SMTPException) as problem:
        raise ServerDown(str(problem)) from problem
    try:
        _judge(*smtp.data(content))
    except smtplib.SMTPDataError as problem:
        _judge(problem.smtp_code, problem.smtp_error)
    except (OSError, smtplib.SMTPException) as problem:
        raise Unknown(str(problem)) from problem


def _judge(code: int, reply: bytes | str) -> None:
    if code >= PERMANENT:
        raise Refused(_words(code, reply))
    if code not in (250, 251):
        raise NotNow(_words(code, reply))


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"{code} {text}"
