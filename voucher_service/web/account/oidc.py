"""Asking a provider of identities who somebody is: OpenID Connect, code flow, PKCE.

Speaks to the provider and checks all that it signs: issuer, audience, nonce, dates. ProConnect's
user-info is a signed token too. Opens no transaction and knows no account. Needs the extra
``proconnect``; imported only where that is set up.
"""

import time
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from voucher_service.actions.identifying import Identity
from voucher_service.core.errors import Invalid
from voucher_service.partners import ProConnect

SCOPE = "openid email uid given_name usual_name idp_id siret"
SECONDS = 5
"""How long the provider may take: somebody waits."""
KNOWN_SECONDS = 3600
"""How long its addresses are believed."""
LEEWAY = 60
ALGORITHMS = ["RS256", "ES256"]

FAULTS = (AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError)
"""What goes wrong on the way, or in what was signed."""

_metadata: dict[str, tuple[float, dict[str, Any]]] = {}


@dataclass(frozen=True, slots=True)
class Flow:
    """One sign-in under way: what only this browser and we can know of it."""

    state: str
    nonce: str
    verifier: str
    back: str
    """The address of ours that the provider sends people back to."""


def address(client: ProConnect, flow: Flow) -> str:
    """Where to send somebody to; raises :class:`Invalid` where the provider does not answer."""
    try:
        provider = _provider(client)
    except FAULTS as error:
        raise failed() from error
    with _session(client, flow) as session:
        url, _ = session.create_authorization_url(
            provider["authorization_endpoint"],
            state=flow.state,
            nonce=flow.nonce,
            code_verifier=flow.verifier,
            claims='{"id_token":{"amr":{"essential":true}}}',
        )
    return str(url)


def identify(client: ProConnect, flow: Flow, code: str) -> Identity:
    """Who came back with this code; raises :class:`Invalid` whatever went wrong."""
    try:
        return _identify(client, flow, code)
    except FAULTS as error:
        raise failed() from error


def failed() -> Invalid:
    """The provider, or whoever pretends to be it, did not answer as it should."""
    return Invalid("identity_failed", "Signing in with the provider did not work: try again.")


def _identify(client: ProConnect, flow: Flow, code: str) -> Identity:
    provider = _provider(client)
    with _session(client, flow) as session:
        token = session.fetch_token(
            provider["token_endpoint"], code=code, code_verifier=flow.verifier, timeout=SECONDS
        )
        keys = KeySet.import_key_set(_read(provider["jwks_uri"]).json())
        told = _claims(token["id_token"], keys, client, nonce=flow.nonce)
        answer = session.get(provider["userinfo_endpoint"], timeout=SECONDS)
        answer.raise_for_status()
    if answer.headers.get("Content-Type", "").split(";")[0] != "application/jwt":
        raise ValueError("the user-info is not signed")
    about = _claims(answer.text, keys, client)
    if about["sub"] != told["sub"]:
        raise ValueError("the user-info is about somebody else")
    ways = told.get("amr", [])
    if not isinstance(ways, list):
        raise ValueError("amr is a list")  # noqa: TRY004 - what the caller expects
    return Identity(str(about["idp_id"]), str(about["sub"]), frozenset(map(str, ways)))


def _claims(text: str, keys: KeySet, client: ProConnect, **expected: str) -> dict[str, Any]:
    """What a signed token says, once all that makes it ours has been checked."""
    token = jwt.decode(text, keys, algorithms=ALGORITHMS)
    wanted: dict[str, Any] = {
        "iss": {"essential": True, "value": client.issuer},
        "aud": {"essential": True, "value": client.client_id},
        "sub": {"essential": True},
        **{name: {"essential": True, "value": value} for name, value in expected.items()},
    }
    if "nonce" in expected:
        wanted["exp"] = {"essential": True}
    jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted).validate(token.claims)
    return dict(token.claims)


def _session(client: ProConnect, flow: Flow) -> OAuth2Session:
    return OAuth2Session(
        client.client_id,
        client.client_secret,
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 - the name of a method
        scope=SCOPE,
        redirect_uri=flow.back,
        code_challenge_method="S256",
        leeway=0,  # its tokens live a minute, which is longer than we need them
    )


def _provider(client: ProConnect) -> dict[str, Any]:
    """The provider's own addresses, read again every hour."""
    known = _metadata.get(client.issuer)
    if known is None or time.monotonic() - known[0] > KNOWN_SECONDS:
        found = _read(f"{client.issuer}/.well-known/openid-configuration").json()
        if found.get("issuer") != client.issuer:
            raise ValueError("this is another issuer")
        known = _metadata[client.issuer] = (time.monotonic(), found)
    return known[1]


def _read(url: str) -> requests.Response:
    answer = requests.get(url, timeout=SECONDS, allow_redirects=False)
    answer.raise_for_status()
    return answer
