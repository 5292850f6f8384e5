"""A `Role`: which party a field or a label speaks of, and which part of that party a field wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from typesight.reader.fields import Field
from typesight.reader.words.vocabulary import IDEAS
from typesight.text.letters import COLONS, split_words

__all__ = ["BUYER", "DELIVERY", "KINDS", "SELLER", "Asked", "asked", "heading", "part_named"]

SELLER, BUYER, DELIVERY = "seller", "buyer", "delivery"


def _phrases(*listed: str) -> frozenset[tuple[str, ...]]:
    return frozenset(split_words(phrase) for text in listed for phrase in text.split(","))


_ROLES: dict[str, frozenset[tuple[str, ...]]] = {
    SELLER: _phrases(
        "seller, vendor, supplier, from, sold by, issued by, issuer, bill from, billed by, provider, service provider",
        "operated by, managed by, sender, shipper, exporter, consignor, shipped from, ship from, payee, contractor",
        "verkaufer, lieferant, rechnungssteller, anbieter, absender, auftragnehmer, versender, leistungserbringer",
        "fournisseur, vendeur, emetteur, prestataire, expediteur, exportateur, emis par",
        "proveedor, vendedor, emisor, remitente, exportador, prestador, fornitore, venditore, emittente, mittente",
        "cedente, esportatore, prestatore, leverancier, verkoper, fornecedor",
    ),
    BUYER: _phrases(
        "buyer, customer, client, bill to, billed to, invoice to, invoiced to, invoice for, bill for, billing",
        "billing address, invoice address, prepared for, purchaser, recipient, addressee, sold to, sold for, to, for",
        "consignee, importer, guest, guest name, account holder, account name, subscriber, policyholder, policy holder",
        "patient, tenant, payer, charge to, quote for, quotation for, estimate for, statement for",
        "kunde, kaufer, rechnung an, rechnungsempfanger, empfanger, auftraggeber, rechnungsadresse, gast, besteller",
        "rechnungsanschrift, an, kontoinhaber, importeur",
        "acheteur, destinataire, facture a, factures a, adresse de facturation, titulaire, adresse a",
        "cliente, comprador, destinatario, facturar a, facturado a, datos del cliente, titular, huesped",
        "acquirente, committente, cessionario, spettabile, spett le, intestatario, fatturare a, ospite, klant, koper",
    ),
    DELIVERY: _phrases(
        "ship to, deliver to, delivery address, shipping address, delivered to, shipped to, delivery to, delivery",
        "shipping, place of delivery, lieferadresse, lieferanschrift, lieferung an, livraison, adresse de livraison",
        "livrer a, livre a, enviar a, direccion de entrega, direccion de envio, entregar a, destinazione",
        "indirizzo di consegna, consegnare a, spedire a, luogo di consegna",
    ),
}
"""What headings over parties say, without accents, role by role."""

KINDS = _phrases(
    "company, business, store, shop, merchant, retailer, restaurant, hotel, pharmacy, station, firm, law firm",
    "freelancer, garage, operator, carrier, utility, cafe, bar, bakery, bank, clinic, practice, workshop, agency",
    "dealer, laboratory, lab, airline, museum, cinema, theatre, supermarket, salon, studio, organisation, organization",
    "school, hospital, landlord, service station, petrol station, gas station, car park operator, insurer, dentist",
    "firma, unternehmen, geschaft, apotheke, werkstatt, handler, entreprise, societe, magasin, pharmacie, empresa",
    "tienda, farmacia, azienda, ditta, negozio, officina, albergo, banca, banco, banque",
)
"""What fields call the party that issues a document, which no heading says."""

_PREMISES = _phrases("supply, service, installation, premises, property")
"""Whose address is the customer's, where it has no label of its own."""

_NEUTRAL = frozenset(split_words("details detail info information party data daten the of and for your our s"))
"""Words round a role that leave it what it is."""

_NAMES: dict[str, str] = {
    "name": "name, full name, company, company name, business name, trading name, legal name, firm, nombre, nom, nome, "
    "firma, razon social, nombre completo, raison sociale, ragione sociale, denominazione, business, organisation",
    "address": "address, full address, postal address, mailing address, adresse, anschrift, direccion, domicilio, "
    "indirizzo, adresse postale, adres, morada, street town postcode",
    "street": "street, street address, address line 1, line 1, street and number, strasse, rue, calle, via, straat",
    "city": "city, town, ort, stadt, ville, ciudad, citta, poblacion, localidad, city and postcode, plz ort",
    "postcode": "postcode, postal code, post code, zip, zip code, plz, postleitzahl, code postal, codigo postal, cap",
    "country": "country, land, pays, pais, paese, nation",
    "tax": IDEAS["tax number"]
    + ", vat, tva number, numero tva, tva no, nif cif, vat registration, vat registration number, "
    "vat registration, tax registration number, tax identification number, federal tax id, umsatzsteuer id, uid",
    "phone": IDEAS["phone"] + ", telefono, telephone number",
    "email": IDEAS["email"] + ", email address, e mail address, correo electronico",
    "website": IDEAS["website"],
    "contact": "contact, contact person, contact name, attention, attn, ansprechpartner, persona de contacto",
}
_PARTS = {split_words(phrase): part for part, listed in _NAMES.items() for phrase in listed.split(",")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a field wants: a part of the party in a role.

    `role` is seller, buyer, delivery, or the words of the field's parent where they are none of these. `phrase` is what
    the schema calls the party; `parent` is the path of the object whose fields are its parts, "" if there is none;
    `is_kind` says that it is called by its trade, which only an issuer is.
    """

    role: str
    part: str
    phrase: tuple[str, ...] = ()
    parent: str = ""
    is_kind: bool = False


def asked(field: Field) -> Asked | None:
    """What part of which party a field wants; None if it speaks of none."""
    steps = [step for step in field.path.split(".") if step != "result"] or [field.path]
    if len(steps) > 1:
        own, parent = split_words(steps[-1]), split_words(steps[-2])
        part = _PARTS.get(own) or next(
            (_PARTS[name] for cut in range(1, len(own)) if (name := own[cut:]) in _PARTS), ""
        )
        role, is_kind = _role_of(parent)
        prefix = ".".join(steps[:-1])
        return Asked(role or " ".join(parent), part, parent, prefix, is_kind) if part else None
    return next((found for name in field.names if (found := _flat(split_words(name)))), None)


def _flat(name: tuple[str, ...]) -> Asked | None:
    """What a single field wants: a role, a part, or a role with its part."""
    if "of" in name:  # `name of the hotel`
        at = name.index("of")
        name = (*(word for word in name[at + 1 :] if word not in _NEUTRAL), *name[:at])
    if _PARTS.get(name) == "tax":
        return Asked(SELLER, "tax", (), is_kind=True)
    for cut in range(len(name), 0, -1):
        head, tail = name[:cut], name[cut:]
        role, is_kind = _role_of(head)
        ends = {_PARTS.get(head[:1]), _PARTS.get(head[-1:])} if cut > 1 else set()
        part = _PARTS.get(tail) if tail else "address" if "address" in ends else "name"
        if role == DELIVERY and part == "name" and not tail:
            return None  # a name, a whole address or a date: its own label says more
        if role and part:
            return Asked(role, part, head, is_kind=is_kind)
        if head in _PREMISES and part == "address":
            return Asked(BUYER, part, head)
    return None


def _role_of(name: tuple[str, ...]) -> tuple[str, bool]:
    """The role that words name, if they do, and whether they name it by its trade."""
    for spelled in (name, tuple(re.sub("([aou])e", r"\1", word) for word in name)):
        kept = tuple(word for word in spelled if word not in _NEUTRAL and not word.isdigit())
        for phrase in (spelled, kept):
            role = next((role for role, listed in _ROLES.items() if phrase in listed), "")
            if role or phrase in KINDS:
                return role or SELLER, not role
    return "", False


def heading(text: str, own: frozenset[tuple[str, ...]]) -> tuple[str, tuple[str, ...], int] | None:
    """The role that the label at the start of a text names, its phrase and its end; None if there is no such label.

    A label is all of the text, or ends in a colon; one of two words and more may also be followed by the party itself.
    `own` are phrases of the schema, which are roles of their own.
    """
    colon = min((text.index(mark) for mark in COLONS if mark in text), default=-1)
    said = split_words(text[:colon] if colon > 0 else text)
    found = _told(said, own)
    if found:
        return (*found, colon + 1 if colon > 0 else len(text))
    opening = re.match(r"[^\W\d_]+ (?:by|to|for)\b\.?(?= \S)", text, re.I)
    if opening and (found := _told(split_words(opening[0]), own)):
        return (*found, opening.end())
    return None


def _told(said: tuple[str, ...], own: frozenset[tuple[str, ...]]) -> tuple[str, tuple[str, ...]] | None:
    """The role of words that are nothing but roles: `from (sender)`, `customer details`, `buyer address`."""
    if not said or len(said) > 6:
        return None
    for cut in range(min(len(said), 4), 0, -1):
        head, tail = said[:cut], said[cut:]
        role = next((role for role, listed in _ROLES.items() if head in listed), " ".join(head) if head in own else "")
        rest = tuple(word for word in tail if word not in _NEUTRAL)
        if role and (not rest or _PARTS.get(rest) in {"name", "address"} or _told(rest, own)):
            return role, head
    return None


def part_named(text: str) -> str:
    """The part that a text names and nothing else, as the small print over a cell does: `Street, town, postcode`."""
    said = split_words(text)
    if said in _PARTS:
        return _PARTS[said]
    single = [_PARTS.get((word,), "") for word in said if word not in _NEUTRAL | {"or", "code", "number"}]
    if not single or len(said) > 6 or not all(single):
        return ""
    return "address" if len(set(single)) > 1 and single[0] != "name" else single[0]
