"""Who works here: invited, and taken leave of. The same page as at every desk."""

from voucher_service.core.posts import House
from voucher_service.web.funder.desk import DESK
from voucher_service.web.people import declare_people

declare_people(DESK, House.FUNDER)
