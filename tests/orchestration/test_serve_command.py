"""`lakehouse serve` starts only where tokens cannot be read on their way."""

import pytest

from core.errors import ConfigError
from dagster_project.settings import Settings
from dagster_project.sharing_cli import _check_tls


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"serve_host": "0.0.0.0"}, "tokens would travel in clear"),
        ({"serve_host": "10.0.0.7", "serve_url": "http://data.example.org"}, "tokens would travel in clear"),
        ({"serve_certificate": "cert.pem"}, "give both"),
        ({"serve_certificate": "none.pem", "serve_key": "none.key"}, "is no file"),
    ],
)
def test_tokens_do_not_travel_in_clear(settings, says):
    with pytest.raises(ConfigError, match=says):
        _check_tls(Settings(**settings))


@pytest.mark.parametrize("settings", [{}, {"serve_host": "10.0.0.7", "serve_url": "https://data.example.org"}])
def test_on_this_machine_or_behind_tls_it_serves(settings):
    _check_tls(Settings(**settings))
