"""The operator in Chromium: two persons settle a month; every page can be used by everybody."""

import re
from datetime import datetime
from pathlib import Path

from tests.support.bank_files import CREDIT, DEBIT, DECEMBER, camt_053, entry, statement
from tests.support.calling import METROPOLE_SIRET
from tests.support.desks import DeskBrowser, Desks
from tests.support.fees import invoiced
from tests.support.live import Live
from voucher_service.actions import accrediting, books_files, disputing, judging, refunding
from voucher_service.actions.disputing_statements import dispute_statement
from voucher_service.core.campaign import PARIS
from voucher_service.core.disputes import Line, Wrong
from voucher_service.core.posts import House, Post
from voucher_service.store import tables
from voucher_service.web.desks import every_screen

IBAN = "FR7630006000011234567890189"
MONTH = "/operator/periods/2026-11"


def november(live: Live) -> None:
    """A booklet is used up at PiNG, one pass of it twice; then November is over."""
    world, nantes = live.world, live.nantes
    live.service.services.now = lambda: world.now
    codes = live.hand_over()
    for code in codes:
        world.redeem(nantes.ping, code)
    breil = world.phone(nantes.ping.association, nantes.ping.site, "Téléphone du Breil")
    world.redeem(breil, codes[0], offline=True, scan_id="scan-twice")
    disputing.dispute(
        world.session, breil.site, breil.device, "scan-twice", "La personne était là", world.now
    )
    world.session.commit()
    world.now = datetime(2026, 12, 2, 9, 0, tzinfo=PARIS)


def press(desk: DeskBrowser, name: str) -> None:
    """Press a button, and wait for the sentence that says what was done."""
    desk.press(name)
    desk.page.locator(".said").wait_for()


def test_two_persons_settle_a_month_and_neither_can_do_it_alone(live: Live, desks: Desks) -> None:
    november(live)
    first, second = desks.open("operator_finance"), desks.open("operator_finance")
    first.open("/operator")
    first.follow("Règlement")
    press(first, "Ouvrir ce mois")
    press(first, "Clôturer ce mois")
    first.see("en attente")
    live.service.run_jobs()
    first.press("Actualiser")
    first.see("terminé")
    first.press(re.compile("Aller au mois"))
    first.see("Les deux totaux sont égaux")
    first.see("Une autre personne doit approuver les relevés")
    assert first.page.get_by_role("button", name="Approuver tous les relevés").count() == 0
    first.follow("Voir la grille")
    first.see("50,00")
    second.open(MONTH)
    press(second, "Approuver tous les relevés")
    second.press("Voir ce qui peut être payé")
    press(second, "Faire le lot de paiement")
    second.see("Une autre personne doit l'approuver")
    first.open(re.sub(r"^.*(/operator/batches/[^?]*).*$", r"\1", second.page.url))
    press(first, "Approuver et laisser partir")
    with first.page.expect_download() as download:
        first.press("Télécharger le fichier pour la banque")
    assert IBAN in Path(download.value.path()).read_text("utf-8")


#: Pages of the desk, and what stands in their addresses here.
NUMBERS = {
    "/operator/periods/<word:label>": ["2026-11"],
    "/operator/periods/<word:label>/grid": ["2026-11"],
    "/operator/periods/<word:label>/statements": ["2026-11"],
    "/operator/periods/<word:label>/payables": ["2026-11"],
    "/operator/statements/<word:number>": ["RA-2026-000001", "RF-2026-000001"],
    "/operator/batches/<word:number>": ["VP-2026-000001"],
    "/operator/refund-batches/<word:number>": ["VR-2026-000001"],
    "/operator/calls/<word:number>": ["AF-2026-000001"],
    "/operator/fees/<word:number>": ["FS-2026-000001"],
    "/operator/booklets/<word:serial>": ["00000001"],
    "/operator/people/<word:house>": ["funder"],
    "/operator/people/<word:house>/<id:tenant>": ["funder/1"],
}
#: Files are no pages; what was read from a file of places is looked at with the reading of it.
FILES = re.compile(r"/file$|any\(json,csv,pdf|/books/files/.*name>$|/places/files/")


def everything(live: Live) -> None:
    """One thing of each kind, so that every page has something to show."""
    world, nantes = live.world, live.nantes
    november(live)
    session = world.session
    application = accrediting.Application("Nâga", "a@naga.example", IBAN, "Nâga", rna="W442009012")
    accrediting.apply_for_accreditation(session, application, world.now)
    for number, kind in ((1, judging.open_goodwill), (2, judging.open_overpayment)):
        kind(session, nantes.campaign, 1, 500, f"L {number}", "Panne", "token:1", world.now)
    world.receive(nantes.msa_order, nantes.msa, 6_000)
    refund = refunding.ask(
        session, nantes.msa_campaign, nantes.msa, IBAN, "MSA", "token:1", world.now
    )
    refunding.approve(session, refund, "token:2", world.now)
    session.get_one(tables.Funder, nantes.metropole).siret = METROPOLE_SIRET
    invoiced(world, nantes.metropole)
    books_files.ask_audit(session, None, "token:1", None, world.now)
    session.commit()


def settled(first: DeskBrowser, second: DeskBrowser, tmp_path: Path) -> None:
    """A month is paid, a file of the bank is given, a use contested, by the desk itself."""
    first.open("/operator/periods")
    press(first, "Ouvrir ce mois")
    press(first, "Clôturer ce mois")
    first.live.service.run_jobs()
    second.open(MONTH)
    press(second, "Approuver tous les relevés")
    second.open(f"{MONTH}/payables")
    press(second, "Faire le lot de paiement")
    second.open("/operator/refunds")
    press(second, "Faire le lot de remboursement")
    lines = [entry(150, DEBIT, text="FRAIS"), entry(4_000, CREDIT, text="VIREMENT")]
    bank = tmp_path / "releve.xml"
    bank.write_bytes(camt_053(statement(lines, 0, "R1", DECEMBER)))
    first.open("/operator/bank").page.set_input_files("input[type=file]", str(bank))
    press(first, "Envoyer le fichier")
    first.open("/operator/contests").page.locator("summary").click()
    first.fill("Numéro du carnet", "00000001")
    first.fill("Numéro du pass dans le carnet", "1")
    first.fill("Pourquoi", "Le lieu était fermé")
    press(first, "Contester")


def disputed(live: Live) -> None:
    """PiNG says that an amount on its statement of that month is wrong."""
    session, now = live.world.session, live.world.now
    line = Line("00000001", 5)
    dispute_statement(session, "RA-2026-000001", Wrong.AMOUNT, line, "Deux", "person:1", now)
    session.commit()


def test_every_page_of_the_desk_can_be_used_by_everybody(
    live: Live, desks: Desks, tmp_path: Path
) -> None:
    everything(live)
    first, second = desks.open("operator_finance"), desks.open("operator_finance")
    settled(first, second, tmp_path)
    disputed(live)
    persons = {Post.OPERATOR_FINANCE: first}
    seen = set()
    for screen in every_screen(live.service.app):
        if screen.method != "GET" or screen.reader.name != House.OPERATOR:
            continue
        if FILES.search(screen.path):
            continue
        order = (Post.OPERATOR_FINANCE, Post.OPERATOR_SUPPORT, Post.OPERATOR_ADMIN)
        post = next(post for post in order if post in screen.posts)
        if post not in persons:
            persons[post] = desks.open(post)
        desk = persons[post]
        for word in NUMBERS.get(screen.path, ["1"]):
            answer = desk.page.goto(live.url + re.sub(r"<.*>", word, screen.path))
            assert answer is not None
            assert answer.ok, answer.url
            desk.looks_right()
            seen.add(screen.path)
    assert len(seen) > 45
