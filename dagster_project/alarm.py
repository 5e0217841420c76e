"""Telling people outside the UI that something needs looking at: the log always, a webhook and e-mail where settings say so.

A message holds names of tables, columns and institutions, and statistics: never a value. A way that fails does not fail the
run; which one failed, and by what class of error, is handed back to be told. Addresses are not logged: a webhook's is a secret.
"""

import logging
import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

import httpx

from dagster_project.settings import Settings

_LOG = logging.getLogger("lakehouse.alarm")
_SECONDS = 10


def send(settings: Settings, subject: str, lines: Sequence[str]) -> list[str]:
    """Tell the same by every way that is set up. Returns what failed, a line each; [] when all was told."""
    _LOG.warning("%s: %s", subject, "; ".join(lines))
    failed = []
    for name, way in (("webhook", _webhook), ("email", _email)):
        try:
            way(settings, subject, lines)
        except (httpx.HTTPError, httpx.InvalidURL, smtplib.SMTPException, OSError, ValueError) as e:
            failed.append(f"{name}: {type(e).__name__}")
    return failed


def _webhook(settings: Settings, subject: str, lines: Sequence[str]) -> None:
    if settings.alarm_webhook is None:
        return
    said = {"text": "\n".join([subject, *lines]), "subject": subject, "alarms": list(lines)}
    talk = logging.getLogger("httpx")  # it logs addresses
    before, talk.disabled = talk.disabled, True
    try:
        httpx.post(settings.alarm_webhook.get_secret_value(), json=said, timeout=_SECONDS).raise_for_status()
    finally:
        talk.disabled = before


def _email(settings: Settings, subject: str, lines: Sequence[str]) -> None:
    if settings.alarm_email is None:
        return
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, settings.alarm_email, settings.alarm_from
    message.set_content("\n".join(lines))
    host, _, port = settings.alarm_smtp.partition(":")
    with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as server:
        server.send_message(message)
