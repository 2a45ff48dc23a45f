"""Tokens of the management API: made, shown once, listed without their secret, ended."""

from voucher_service.actions import tokens
from voucher_service.actions.tokens import Role
from voucher_service.api.presenting import items, window
from voucher_service.api.shapes.access import TokenIn, TokenMade, TokenOut
from voucher_service.api.shapes.common import Items, Listing
from voucher_service.api.v1 import API, OPERATOR
from voucher_service.core.errors import NotAllowed
from voucher_service.http.endpoint import Call
from voucher_service.store.queries import work


@API.post("/tokens", roles=OPERATOR, body=TokenIn, answer=TokenMade, status=201, problems=(404,))
def create_token(call: Call, body: TokenIn) -> TokenMade:
    """Make a token. Its text is in this answer and nowhere else."""
    # What a person's token makes acts as that person too: nobody is two pairs of eyes, and nobody
    # makes a token for a post that they do not hold.
    caller, person = call.caller, call.caller.person
    if person and not tokens.may_hold(call.session, person, body.role, body.tenant):
        raise NotAllowed("role_not_allowed", "You hold no post that such a token stands for.")
    number, text = tokens.create_token(
        call.session,
        body.role,
        body.tenant,
        call.services.now(),
        person,
        None if person else caller.maker or caller.token,
    )
    return TokenMade(id=number, role=body.role, tenant=body.tenant, token=text)


@API.get("/tokens", roles=OPERATOR | {Role.AUDITOR}, query=Listing, answer=Items[TokenOut])
def token_list(call: Call, query: Listing) -> Items[TokenOut]:
    """List tokens, without their secret."""
    return items(work.tokens(call.session, window(query)), _token)


def _token(row: work.Token) -> TokenOut:
    return TokenOut(
        id=row.id,
        role=Role(row.role),
        tenant=row.tenant_id,
        created_at=row.created_at,
        revoked_at=row.revoked_at,
    )


@API.delete("/tokens/<id:token>", roles=OPERATOR, status=204, problems=(409,))
def revoke_token(call: Call, token: int) -> None:
    """End a token."""
    tokens.revoke_token(call.session, token, call.services.now())
