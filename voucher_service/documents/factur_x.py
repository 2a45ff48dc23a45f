"""Factur-X: the page that people read and the XML that machines read, as one PDF/A-3b.

The page is ours (Typst), the XML too (``cii``); the library ``factur-x`` puts one into the other
with the metadata of the standard. What is checked: the schema of profile EN 16931, its rules
(Schematron of the standard), and the French rules for invoices between businesses (BR-FR, "flux
2"). All three ship with the library, and the rules are run here with ``saxonche``: the library's
own check answers that a wrong total is right when no Saxon server runs beside it. Not checked: that
the file is PDF/A, for no judge of that is packaged; Typst says it is, and the library keeps it. The
page keeps its tags; its metadata no longer claim PDF/UA, for the library writes them anew.

Both come with the extra ``invoices``; without it, an invoice is a page without XML inside.
"""

import importlib.util
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import as_file, files
from typing import Any

from lxml import etree

from voucher_service.core.errors import Conflict, Invalid
from voucher_service.documents.cii import to_cii
from voucher_service.resources import shipped

SCHEMA = "facturx-en16931/Factur-X_EN16931.xsd"
RULES = {
    "EN 16931": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "BR-FR": "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
}
"""Sets of rules by name, each compiled from its Schematron."""

REPORT = {"svrl": "http://purl.oclc.org/dsdl/svrl"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule that an invoice breaks: whose rule, its own name, and what it says."""

    rules: str
    name: str
    text: str


def is_installed() -> bool:
    """Whether this machine can make and check Factur-X."""
    return all(importlib.util.find_spec(name) for name in ("facturx", "saxonche"))


@cache
def words() -> Mapping[str, Any]:
    """The sentences that the law wants on an invoice."""
    path = shipped("templates") / "documents" / "invoices.toml"
    return tomllib.loads(path.read_text("utf-8"))


def xml_of(invoice: Mapping[str, Any]) -> bytes:
    """The checked XML of an invoice; raises :class:`Invalid` naming every rule that it breaks."""
    xml = to_cii(invoice, words())
    faults = [f"{fault.name} ({fault.text})" for fault in faults_of(xml)]
    if faults:
        raise Invalid("unfit_invoice", f"This would be refused: {'; '.join(faults)}.")
    return xml


def faults_of(xml: bytes) -> Iterator[Fault]:
    """Everything that the schema and the rules say against an XML."""
    _need()
    schema = _schema()
    if not schema.validate(etree.fromstring(xml)):
        for error in schema.error_log:
            yield Fault("XSD", error.type_name, error.message)
    for name in RULES:
        yield from _broken(name, xml)


def _broken(name: str, xml: bytes) -> Iterator[Fault]:
    processor, rules = _rules(name)
    report = rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    for failed in etree.fromstring(report.encode()).iterfind(".//svrl:failed-assert", REPORT):
        text = " ".join("".join(failed.itertext()).split())
        yield Fault(name, failed.get("id") or text.partition("]")[0].strip("["), text)


def _need() -> None:
    if not is_installed():
        raise Conflict("no_factur_x", "Install the extra `invoices` to make Factur-X.")


@cache
def _schema() -> etree.XMLSchema:
    with as_file(files("facturx") / "xsd_and_schematron" / SCHEMA) as path:
        return etree.XMLSchema(etree.parse(path))


@cache
def _rules(name: str) -> tuple[Any, Any]:
    """A processor and one compiled set of rules: compiling takes the better part of a second."""
    processor = import_module("saxonche").PySaxonProcessor(license=False)
    with as_file(files("facturx") / "xsd_and_schematron" / RULES[name]) as path:
        compiled = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))
    return processor, compiled


def embedded(page: bytes, xml: bytes, number: str, seller: str) -> bytes:
    """One PDF with the XML inside, named and described as the standard asks."""
    _need()
    told = {
        "author": seller,
        "keywords": "Factur-X",
        "title": number,
        "subject": f"Factur-X {number}",
    }
    made: bytes = import_module("facturx").generate_from_binary(
        page, xml, flavor="factur-x", level="en16931", check_xsd=False, pdf_metadata=told, lang="fr"
    )
    return made
