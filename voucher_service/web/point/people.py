"""Who works here: invited, and taken leave of. The same page as at every desk."""

from voucher_service.core.posts import House
from voucher_service.web.people import declare_people
from voucher_service.web.point.desk import DESK

declare_people(DESK, House.POINT)
