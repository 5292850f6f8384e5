"""Words that forms, bills and settings use for one another, and against each other, in English: one row for each."""

from __future__ import annotations

from collections.abc import Iterable

from typesight.text.letters import split_words

__all__ = ["are_contrary", "are_synonyms"]

_ROWS = """
salary pay wage wages income earnings remuneration
start begin begins beginning commence commencement from opening
end ends finish until till to closing
earliest soonest first
start first
end last final
physician doctor gp practitioner clinician
location place site venue where situated
town city village municipality locality
estimate estimated approximate expected
surname last family
forename first given christian
remarks notes comments observations remark note comment annotation
purpose reason motive why
fee price cost charge rate tariff
amount sum value total
guests visitors attendees participants persons people occupants party pax
job position role occupation profession post
employer company organisation organization firm business
ram memory
free available remaining left unused
capacity size
mileage odometer kilometres kilometers
narrative description describe details happened story account particulars incident
passphrase password passcode secret
ssid network
netmask subnet
nationality citizenship citizen
gender sex
medication medicine medicines drugs drug
complaint symptoms problem fault defect issue reported
emergency urgency urgent priority service
expiry expiration expires expire valid
renewal renew renews
firmware software version build release
frequency often interval every how
theme appearance style
speaker output loudspeaker
microphone input
vehicle car automobile
spouse partner
child kid pupil student
guardian parent carer
vendor supplier seller
customer client
weight mass heavy
departure leaving depart departs leave
arrival arriving arrive arrives
sender shipper exporter consignor
recipient consignee addressee receiver importer
country nation
street road
sleep standby idle
resolution quality
volume loudness
timeout lock
current now actual present
target set desired setpoint wanted
mode state status
owner assigned holder user
compliant compliance
enabled active enable on activated
paid settled
bill invoice
issued issue
promo promotion promotional coupon voucher
plan subscription tier package membership
folder directory path
wireless wifi wlan
encrypt encryption encrypted
charging charger plugged
retry retries attempts
delete erase remove clear wipe
notification notifications alerts alert notify
location gps
automatic automatically auto
public visible
joined since registered
bio biography about
band frequency
width bandwidth
power strength transmit
police authorities
notified informed reported told
injuries injured injury hurt
witness witnesses bystander
cause type kind sort
loss damage
test tests analysis analyses examination
collected collection taken sampled drawn
specimen sample
ward unit clinic
brakes brake braking
tyres tyre tires tire
lights lamps lamp light lighting
odometer mileage
retest retested reinspection recheck
membership member
pets pet animals animal
rent rental
tenant occupant resident
interests interested hobbies help
days day weekdays
quantity count number qty many
ordered requested ordering requesting
delivered received
code sku article reference ref
product item article goods description
origin made
usage used consumption consumed use
unit measure
reading meter
opening previous initial
payment paid pay
method by means via
advance prepayment deposit
reimburse refund repay repayment
balance outstanding owing
dns nameserver server resolver
stop station
operator carrier company
route line service
destination to
origin from
seats licences licenses places users
language locale
timezone zone
birthday birth born dob
consent agree permission permit allow
photo photos picture pictures photographs photograph image
newsletter mailing updates
smoker smoke smokes smoking
pregnant pregnancy
insured policyholder
insurance insurer
deductible excess
""".strip().splitlines()


_CONTRARY_ROWS = """
gross net
used free total
opening closing
first last middle
given family surname mother father maiden
birth issue expiry expiration
start end
arrival departure
sender recipient
buyer seller
billing shipping delivery
home work mobile office
previous current next
minimum maximum average
shipped delivered ordered
truck trailer
joint single
subtotal total
incl excl including excluding
paid due owing
husband wife
upload download
read write
sent received
""".strip().splitlines()


def _by_word(rows: Iterable[str]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for at, row in enumerate(rows):
        for word in split_words(row):
            found.setdefault(word, set()).add(at)
    return found


_OF = _by_word(_ROWS)
_AGAINST = _by_word(_CONTRARY_ROWS)


def are_synonyms(one: str, other: str) -> bool:
    """Whether two words, in small letters, may stand for the same thing."""
    return not _OF.get(one, set()).isdisjoint(_OF.get(other, set()))


def are_contrary(one: str, other: str) -> bool:
    """Whether two words, in small letters, exclude each other: what is gross is not net."""
    apart = _AGAINST.get(one, set()).isdisjoint(_AGAINST.get(other, set()))
    return not apart and one != other and not are_synonyms(one, other)
