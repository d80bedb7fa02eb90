"""What the running Keycloak shows to the rest of the machine."""

import re
from urllib.parse import urlsplit

import psutil
import pytest
import requests


@pytest.fixture
def program(keycloak):
    port = urlsplit(keycloak.oidc_issuer).port
    [found] = {
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    }
    return psutil.Process(found)


def test_it_listens_on_loopback_only(program):
    listening = [connection for connection in program.net_connections() if connection.status == psutil.CONN_LISTEN]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}


def test_its_issuer_does_not_follow_the_host_header(keycloak):
    document = f"{keycloak.oidc_issuer}/.well-known/openid-configuration"
    answer = requests.get(document, headers={"Host": "evil.example.com"}, timeout=5)
    assert answer.json()["issuer"] == keycloak.oidc_issuer
    assert "evil" not in answer.text


def test_no_secret_stands_in_its_command_line(program, keycloak):
    line = " ".join(program.cmdline())
    assert "jdbc:postgresql:" in line
    assert keycloak.keycloak_admin.partition(":")[2] not in line
    assert not re.search(r"[0-9a-f]{48}", line), "the shape of our secrets"
