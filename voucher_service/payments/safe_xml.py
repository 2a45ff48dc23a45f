"""Reading XML that came from outside: no document type, no entity, no network, no endless tree."""

from lxml import etree

from voucher_service.core.errors import Invalid


def parse(content: bytes) -> etree._Element:
    """The root of a document; raises :class:`Invalid` when it is not good XML or declares a type.

    Banks never send a document type; whoever sends one wants entities expanded or files read.
    """
    try:
        root = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Invalid(
            "not_xml", "This is not good XML: ask the bank for the file again."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise Invalid("document_type", "XML with a document type is refused: banks send none.")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
