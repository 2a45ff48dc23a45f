"""Places from the national directory, and what people say is wrong with places."""

from voucher_service.core.posts import House
from voucher_service.web.operator.desk import ADMIN, DESK, EVERYBODY, SUPPORT
from voucher_service.web.places_files import declare_places
from voucher_service.web.site_reports import declare_reports

declare_places(DESK, House.OPERATOR, SUPPORT | ADMIN)
declare_reports(DESK, House.OPERATOR, EVERYBODY, SUPPORT | ADMIN)
