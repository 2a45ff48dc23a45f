"""The posts that people hold, and what each may do about others: a table, and no person in it.

A post is what somebody does for one house: the operator's, a funder's, a distribution point's, an
association's. What a post may open is declared beside each screen, never here.
"""

from enum import StrEnum


class Post(StrEnum):
    """What somebody does here."""

    OPERATOR_SUPPORT = "operator_support"
    OPERATOR_FINANCE = "operator_finance"
    OPERATOR_ADMIN = "operator_admin"
    FUNDER_READER = "funder_reader"
    FUNDER_APPROVER = "funder_approver"
    POINT_CLERK = "point_clerk"
    POINT_MANAGER = "point_manager"
    ASSOCIATION_MANAGER = "association_manager"
    SITE_STAFF = "site_staff"
    AUDITOR = "auditor"


class House(StrEnum):
    """Whose desk it is: the first word of its addresses."""

    OPERATOR = "operator"
    FUNDER = "funder"
    POINT = "point"
    ASSOCIATION = "association"


EVERY_POST = frozenset(Post)

POSTS: dict[House, frozenset[Post]] = {
    House.OPERATOR: frozenset(
        {Post.OPERATOR_SUPPORT, Post.OPERATOR_FINANCE, Post.OPERATOR_ADMIN, Post.AUDITOR}
    ),
    House.FUNDER: frozenset({Post.FUNDER_READER, Post.FUNDER_APPROVER}),
    House.POINT: frozenset({Post.POINT_CLERK, Post.POINT_MANAGER}),
    House.ASSOCIATION: frozenset({Post.ASSOCIATION_MANAGER, Post.SITE_STAFF}),
}
"""Who sits at each desk. The auditor reads at the operator's."""

OPERATORS = POSTS[House.OPERATOR] - {Post.AUDITOR}
FUNDERS = POSTS[House.FUNDER]
CLERKS = POSTS[House.POINT]
ASSOCIATIONS = POSTS[House.ASSOCIATION]

NEEDS_SECOND_FACTOR = EVERY_POST - {Post.FUNDER_READER, Post.SITE_STAFF, Post.AUDITOR}
"""Posts that can move money or booklets: a stolen password alone must not be enough."""

MAY_INVITE: dict[Post, frozenset[Post]] = {
    Post.OPERATOR_ADMIN: EVERY_POST,
    Post.FUNDER_APPROVER: FUNDERS,
    Post.POINT_MANAGER: CLERKS,
    Post.ASSOCIATION_MANAGER: ASSOCIATIONS,
}
"""Who may invite whom; everybody but the operator only into their own house."""


def house_of(post: Post) -> House:
    """The desk that a post sits at."""
    return next(house for house, posts in POSTS.items() if post in posts)


def has_tenant(post: Post) -> bool:
    """Whether the post is held for one funder, point or association, and not for the scheme."""
    return house_of(post) is not House.OPERATOR
