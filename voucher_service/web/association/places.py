"""An association's places from a file, and what people say is wrong with them."""

from voucher_service.core.posts import House
from voucher_service.web.association.desk import DESK
from voucher_service.web.association.reading import MANAGERS
from voucher_service.web.places_files import declare_places
from voucher_service.web.site_reports import declare_reports

declare_places(DESK, House.ASSOCIATION, MANAGERS)
declare_reports(DESK, House.ASSOCIATION, MANAGERS, MANAGERS)
