"""Settings: one frozen value read from the environment, checked before anything starts.

Secrets come as files or from the environment, never from the tree. Production refuses what only a
demonstration may do.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from voucher_service import partners


class Mode(StrEnum):
    """What kind of running this is."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


class BadSettings(Exception):
    """The environment asks for something impossible or unsafe; the text says what to change."""


@dataclass(frozen=True, slots=True)
class ReservedAccount:
    """The ring-fenced bank account as its bank knows it, and where its holder stands.

    Without an IBAN no payment file is made and no bank statement is read.
    """

    iban: str = ""
    bic: str = ""
    holder: str = ""
    town: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class FeeAccount:
    """Where the operator's own fees are paid, and how they are taxed. Never ring-fenced."""

    iban: str = ""
    bic: str = ""
    holder: str = ""
    vat_bp: int = 2_000
    """In hundredths of a percent; 0 where the operator is exempt."""
    vat_number: str = ""


DEMO_SIRET = "80000000200017"
DEMO_HOLDER = "Opérateur du pass numérique"
DEMO_FEE_ACCOUNT = FeeAccount("FR7630004000031234567890143", "", DEMO_HOLDER)
DEMO_ACCOUNT = ReservedAccount("FR7630001007941234567890185", "", DEMO_HOLDER, "Nantes")
"""They belong to nobody, so that the demonstration can make papers and payment files."""


NO_SENDER = "Pass numérique <ne-pas-repondre@pass.example.org>"
"""Who writes in a demonstration."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The post office, and who writes. Without a host a demonstration keeps mails as files."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    """starttls, tls or none."""
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = NO_SENDER
    operator: str = ""
    """Who is told what nobody else would be."""


SECURITIES = {"starttls": 587, "tls": 465, "none": 25}
"""How the way to the post office is protected, and the usual port of each."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and who we are. Every path has a default inside ``home``."""

    home: Path
    database_url: str
    base_url: str
    mode: Mode
    port: int
    issuer_name: str
    issuer_siret: str
    issuer_address: str
    help_number: str
    passphrase_file: Path | None
    trusted_proxies: int
    reserved: ReservedAccount = ReservedAccount()
    cooling_off_days: int = 3
    """How long nothing is paid to an association's new bank account."""
    chart_file: Path | None = None
    """The accountant's chart of accounts; without it, the one that ships."""
    note_from_cents: int = 10_000
    note_from_days: int = 90
    """How much, or how old, a debt is when its association is sent a note of it."""
    stripe: partners.StripeAccount = partners.NO_STRIPE
    mail: MailSettings = MailSettings()
    fees: FeeAccount = FeeAccount()
    proconnect: partners.ProConnect = partners.NO_PROCONNECT
    tiles: partners.MapTiles = partners.NO_TILES
    publisher: partners.Publisher = partners.NO_PUBLISHER

    @property
    def secrets(self) -> Path:
        """Online secrets of the service: the keys of statements, typed codes and accounts."""
        return self.home / "secrets"

    @property
    def pass_keys(self) -> Path:
        """Encrypted private keys that sign passes; empty on a machine that only serves."""
        return self.home / "keys"

    @property
    def prints(self) -> Path:
        """Printed files waiting to be fetched."""
        return self.home / "prints"

    @property
    def mails(self) -> Path:
        """Mails of a demonstration that has no post office."""
        return self.home / "mails"

    @property
    def signs_here(self) -> bool:
        """Whether the served process may print by itself: never in production."""
        return self.passphrase_file is not None and self.mode is not Mode.PRODUCTION


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; raises :class:`BadSettings`."""
    home = Path(environment.get("VOUCHER_HOME", "instance")).absolute()
    port = _port(environment.get("PORT", "8000"))
    mode = _mode(environment.get("VOUCHER_ENV", "demo"))
    passphrase = environment.get("VOUCHER_PASSPHRASE_FILE")
    chart = environment.get("VOUCHER_CHART_FILE")
    settings = Settings(
        home=home,
        database_url=_secret(environment, "VOUCHER_DATABASE_URL")
        or f"sqlite:///{home / 'voucher.db'}",
        base_url=environment.get("VOUCHER_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        mode=mode,
        port=port,
        issuer_name=environment.get("VOUCHER_ISSUER_NAME", "Opérateur du pass numérique"),
        issuer_siret=environment.get(
            "VOUCHER_ISSUER_SIRET", DEMO_SIRET if mode is Mode.DEMO else ""
        ),
        issuer_address=environment.get("VOUCHER_ISSUER_ADDRESS", ""),
        help_number=environment.get("VOUCHER_HELP_NUMBER", "02 40 00 00 00"),
        passphrase_file=Path(passphrase) if passphrase else None,
        trusted_proxies=int(environment.get("VOUCHER_TRUSTED_PROXIES", "0")),
        reserved=_reserved(environment, mode),
        cooling_off_days=_whole(environment, "VOUCHER_COOLING_OFF_DAYS", 3),
        chart_file=Path(chart) if chart else None,
        note_from_cents=_whole(environment, "VOUCHER_NOTE_FROM_CENTS", 10_000),
        note_from_days=_whole(environment, "VOUCHER_NOTE_FROM_DAYS", 90),
        stripe=partners.read_stripe(environment, _secret),
        mail=_mail(environment, mode),
        fees=_fees(environment, mode),
        proconnect=partners.read_proconnect(environment, _secret),
        tiles=partners.read_tiles(environment),
        publisher=partners.read_publisher(environment),
    )
    if settings.fees.iban and settings.fees.iban == settings.reserved.iban:
        raise BadSettings("VOUCHER_FEES_IBAN is the ring-fenced account: fees are paid elsewhere.")
    if fault := settings.tiles.fault or settings.proconnect.fault:
        raise BadSettings(fault)
    _check_production(settings)
    _check_stripe(settings)
    return settings


def _secret(environment: Mapping[str, str], name: str) -> str | None:
    """A value given directly, or in a file named by ``NAME_FILE``."""
    if path := environment.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return environment.get(name)


def _reserved(environment: Mapping[str, str], mode: Mode) -> ReservedAccount:
    known = DEMO_ACCOUNT if mode is Mode.DEMO else ReservedAccount()
    return ReservedAccount(
        **{
            name: environment.get(f"VOUCHER_RESERVED_{name.upper()}", default)
            for name, default in asdict(known).items()
        }
    )


def _mail(environment: Mapping[str, str], mode: Mode) -> MailSettings:
    security = environment.get("VOUCHER_SMTP_SECURITY", "starttls")
    if security not in SECURITIES:
        raise BadSettings(f"VOUCHER_SMTP_SECURITY={security}: say starttls, tls or none.")
    return MailSettings(
        host=environment.get("VOUCHER_SMTP_HOST", ""),
        port=_whole(environment, "VOUCHER_SMTP_PORT", SECURITIES[security]),
        security=security,
        user=environment.get("VOUCHER_SMTP_USER", ""),
        password=_secret(environment, "VOUCHER_SMTP_PASSWORD") or "",
        sender=environment.get("VOUCHER_MAIL_FROM", NO_SENDER),
        operator=environment.get(
            "VOUCHER_MAIL_OPERATOR", "operateur@pass.example.org" if mode is Mode.DEMO else ""
        ),
    )


def _fees(environment: Mapping[str, str], mode: Mode) -> FeeAccount:
    known = DEMO_FEE_ACCOUNT if mode is Mode.DEMO else FeeAccount()
    return FeeAccount(
        iban=environment.get("VOUCHER_FEES_IBAN", known.iban).replace(" ", ""),
        bic=environment.get("VOUCHER_FEES_BIC", known.bic),
        holder=environment.get("VOUCHER_FEES_HOLDER", known.holder),
        vat_bp=_whole(environment, "VOUCHER_FEES_VAT_BP", known.vat_bp),
        vat_number=environment.get("VOUCHER_VAT_NUMBER", known.vat_number),
    )


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    if not text.isdigit():
        raise BadSettings(f"{name}={text}: give a whole number.")
    return int(text)


HIGHEST_PORT = 65_535


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise BadSettings(f"PORT={text}: give a number from 1 to 65535.")
    return int(text)


def _mode(text: str) -> Mode:
    if text not in set(Mode):
        raise BadSettings(f"VOUCHER_ENV={text}: say demo, test or production.")
    return Mode(text)


def _check_production(settings: Settings) -> None:
    if settings.mode is not Mode.PRODUCTION:
        return
    if not settings.base_url.startswith("https://"):
        raise BadSettings("VOUCHER_BASE_URL must be an https:// address in production.")
    if not settings.issuer_siret:
        raise BadSettings("VOUCHER_ISSUER_SIRET is missing: statements must name who issues them.")


def _check_stripe(settings: Settings) -> None:
    """Real money only in production, and only real money there; nothing secret over plain HTTP."""
    account, production = settings.stripe, settings.mode is Mode.PRODUCTION
    for name, key in (("KEY", account.key), ("PAYOUTS_KEY", account.payouts_key)):
        live = key.startswith(("sk_live_", "rk_live_"))
        for wrong, why in (
            (
                live and not production,
                f"{name} moves real money: use a test key outside production.",
            ),
            (production and not live, f"{name} is a test key: production would be play money."),
            (production and not account.api.startswith("https://"), "API must be https://."),
            (not account.webhook_secrets, "WEBHOOK_SECRETS is missing: events could be forged."),
        ):
            if key and wrong:
                raise BadSettings(f"VOUCHER_STRIPE_{why}")
