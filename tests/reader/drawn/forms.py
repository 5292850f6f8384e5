"""Forms that someone filled in: labels, values, boxes to tick."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from .document import Drawn, Entry, record
from .layouts import Form, above, boxed, column, draw_form, leaders, pairs, ruled
from .pens import Look, Marks

__all__ = ["forms"]


class Membership(BaseModel):
    name: str
    email: str
    phone_number: str
    date_of_birth: date
    plan: Literal["Basic", "Plus", "Family"]
    newsletter: bool
    referred_by: str | None = None


class Patient(BaseModel):
    """A patient registration form."""

    given_name: str = Field(alias="Given name")
    family_name: str = Field(alias="Family name")
    date_of_birth: date
    address: str
    insurance_number: str = Field(alias="Insurance number")
    marital_status: Literal["Single", "Married", "Widowed"]
    smoker: bool
    allergies: str | None = None


class Person(BaseModel):
    full_name: str
    email: str
    phone: str


class JobApplication(BaseModel):
    position: str
    applicant: Person
    earliest_start: date = Field(description="The first day the applicant could work.")
    desired_salary: Decimal
    driving_licence: bool
    notice_period: str | None


class LibraryCard(BaseModel):
    card_number: str
    first_name: str
    last_name: str
    street: str
    city: str
    postcode: str
    email_address: str = Field(title="E-mail")
    member_since: date
    branch: str


class Owner(BaseModel):
    name: str
    address: str


class Vehicle(BaseModel):
    licence_plate: str
    make: str
    model_name: str
    year_of_manufacture: int
    vin: str = Field(description="Vehicle identification number")
    colour: str
    mileage: int
    owner: Owner
    previous_owner: str | None = None


class Visitor(BaseModel):
    visitor_name: str
    company: str
    host: str
    badge_number: int
    arrival: str = Field(description="Time of arrival, as printed")
    vehicle_registration: str | None = None
    escort_required: bool


class HotelGuest(BaseModel):
    guest_name: str
    nationality: str
    passport_number: str
    check_in: date
    check_out: date
    number_of_guests: int
    room_type: Literal["Single", "Double", "Suite"]
    breakfast: bool


class Claim(BaseModel):
    claim_number: str
    policy_number: str
    policyholder: str
    date_of_loss: date
    cause: Literal["Fire", "Water", "Theft"]
    amount_claimed: Decimal
    police_informed: bool
    witnesses: str | None = None
    description: str


class Child(BaseModel):
    name: str
    date_of_birth: date
    gender: Literal["F", "M", "X"]


class Enrolment(BaseModel):
    child: Child
    guardian: Person
    previous_school: str | None = None
    grade: int
    bus_required: bool = Field(title="Needs the school bus")
    start_date: date


class Conference(BaseModel):
    attendee_name: str = Field(alias="Name")
    organisation: str = Field(alias="Organisation")
    ticket: Literal["Student", "Regular", "Online"] = Field(alias="Ticket type")
    shirt_size: Literal["S", "M", "L", "XL"]
    agrees_to_terms: bool = Field(description="I agree to the terms")
    vegetarian_meal: bool
    photo_consent: bool


class BankAccount(BaseModel):
    account_holder: str
    iban: str = Field(alias="IBAN")
    bic: str = Field(alias="BIC")
    date_of_birth: date
    monthly_income: Decimal
    tax_resident: str = Field(description="Country of tax residence")
    joint_account: bool


class Anmeldung(BaseModel):
    vorname: str
    nachname: str
    geburtsdatum: date
    strasse: str
    plz: str
    ort: str
    telefon: str | None = None
    kursgebuehr: Decimal = Field(title="Kursgebühr")
    mitglied: bool


class Loan(BaseModel):
    borrower: str
    department: str
    item: str
    serial_number: str
    quantity: int
    date_out: date
    due_date: date
    deposit_paid: bool
    remarks: str | None = None


class Adoption(BaseModel):
    animal: str = Field(description="The animal's name")
    species: Literal["Dog", "Cat", "Rabbit"]
    breed: str
    age_years: int
    weight_kg: Decimal
    vaccinated: bool
    adopter_name: str
    adopter_phone: str
    fee: Decimal


class Feedback(BaseModel):
    course: str
    instructor: str
    course_date: date
    overall_rating: int = Field(ge=1, le=5)
    pace: Literal["Too slow", "About right", "Too fast"]
    would_recommend: bool
    comments: str


_YES_NO = ("Yes", "No")

FORMS: tuple[Form, ...] = (
    Form(
        "Membership application", Membership, Look("roboto", 26, 1000), column, colon=":",
        entries=(
            Entry("name", "Name", "Marlene Okafor"),
            Entry("email", "E-mail", "m.okafor@willowmail.example"),
            Entry("phone_number", "Phone", "+44 20 5550 0142"),
            Entry("date_of_birth", "Date of birth", "14 March 1988", "1988-03-14"),
            Entry("plan", "Plan", "Plus"),
            Entry("newsletter", "Newsletter", "Yes", True),
            Entry("referred_by", "Referred by"),
        ),
    ),
    Form(
        "Patient Registration", Patient, Look("sans", 30, 1300), ruled, at=0.55, marks=Marks("check"),
        note="Please hand this form to the front desk. All information is kept confidential.",
        entries=(
            Entry("Given name", "Given name", "Tobias"),
            Entry("Family name", "Family name", "Lindqvist"),
            Entry("date_of_birth", "DOB", "23/11/1976", "1976-11-23"),
            Entry("address", "Address", "48 Harrow Lane\nBrackenford BR4 7QX", "48 Harrow Lane, Brackenford BR4 7QX"),
            Entry("Insurance number", "Insurance no.", "TL-7720-4418"),
            Entry("marital_status", "Marital status", "Married", options=("Single", "Married", "Widowed")),
            Entry("smoker", "Smoker", "No", False, options=_YES_NO),
            Entry("allergies", "Allergies", "Penicillin"),
        ),
    ),
    Form(
        "Application for Employment", JobApplication, Look("serif", 25, 1100), above, per_row=(1,),
        entries=(
            Entry("position", "Position applied for", "Senior Lab Technician"),
            Entry("applicant.full_name", "Full name", "Priya Venkataraman"),
            Entry("applicant.email", "Email", "priya.v@postbox.example"),
            Entry("applicant.phone", "Telephone", "(555) 010-7734"),
            Entry("earliest_start", "Earliest start", "September 1, 2025", "2025-09-01"),
            Entry("desired_salary", "Desired salary (per year)", "$48,500.00", "48500.00"),
            Entry("driving_licence", "Driving licence", "Yes", True),
            Entry("notice_period", "Notice period"),
        ),
    ),
    Form(
        "TARN VALLEY LIBRARIES", LibraryCard, Look("manrope", 22, 1400), pairs, colon=":", at=0.36,
        entries=(
            Entry("card_number", "Card number", "2 0417 88316"), Entry("member_since", "Member since", "2019-05-30"),
            Entry("first_name", "First name", "Anselm"), Entry("last_name", "Last name", "Bergqvist-Doyle"),
            Entry("street", "Street", "7 Quarry Steps"), Entry("city", "City", "Tarnmouth"),
            Entry("postcode", "Postcode", "TM2 9LA"), Entry("email_address", "E-mail", "anselm@tarnpost.example"),
            Entry("branch", "Branch", "Old Mill"),
        ),
    ),
    Form(
        "CERTIFICATE OF REGISTRATION", Vehicle, Look("hanken", 25, 1200, worn=11), boxed, per_row=(3, 3, 2, 1),
        entries=(
            Entry("licence_plate", "Licence plate", "KV71 NRO"), Entry("make", "Make", "Halden"),
            Entry("model_name", "Model", "Fjord 2.0"), Entry("year_of_manufacture", "Year", "2017", 2017),
            Entry("colour", "Colour", "Dark green"), Entry("mileage", "Mileage (km)", "84,210", 84210),
            Entry("vin", "VIN", "HLD4F2G80H1153907"), Entry("previous_owner", "Previous owner"),
            Entry("owner.name", "Owner", "Rosalind Achterberg"),
            Entry("owner.address", "Address", "Flat 3, 112 Canal Street, Merrowby"),
        ),
    ),
    Form(
        "Visitor pass", Visitor, Look("caladea", 28, 1000), leaders,
        entries=(
            Entry("visitor_name", "Name", "Jane Whitlock"),
            Entry("company", "Company", "Orrery Optics Ltd"),
            Entry("host", "Host", "Dr. Samuel Pike"),
            Entry("badge_number", "Badge no.", "317", 317),
            Entry("arrival", "Time in", "09:42"),
            Entry("vehicle_registration", "Vehicle"),
            Entry("escort_required", "Escort required", "No", False),
        ),
    ),
    Form(
        "Guest registration card", HotelGuest, Look("plain", 26, 1150), ruled, at=0.32, colon=":",
        marks=Marks("dot", round=True),
        note="Hotel Seabright, 2 Promenade Row, Dunmere. Check-out is at 11 a.m.",
        entries=(
            Entry("guest_name", "Guest name", "Ottoline Fairweather"),
            Entry("nationality", "Nationality", "Irish"),
            Entry("passport_number", "Passport no.", "PX4482917"),
            Entry("check_in", "Arrival", "02-Jun-2025", "2025-06-02"),
            Entry("check_out", "Departure", "06-Jun-2025", "2025-06-06"),
            Entry("number_of_guests", "Guests", "2", 2),
            Entry("room_type", "Room type", "Double", options=("Single", "Double", "Suite")),
            Entry("breakfast", "Breakfast", "Yes", True, options=_YES_NO),
        ),
    ),
    Form(
        "PROPERTY CLAIM FORM", Claim, Look("roboto", 26, 1500), boxed, per_row=(2, 3, 2, 1), marks=Marks("fill"),
        entries=(
            Entry("", "1. Policy"),
            Entry("claim_number", "Claim number", "CL-2025-00871"),
            Entry("policy_number", "Policy number", "HP 33-902"),
            Entry("policyholder", "Policyholder", "Edmund Sorrell"),
            Entry("date_of_loss", "Date of loss", "01/28/2025", "2025-01-28"),
            Entry("amount_claimed", "Amount claimed", "USD 2,450.00", "2450.00"),
            Entry("", "2. Loss"),
            Entry("cause", "Cause", "Water", options=("Fire", "Water", "Theft")),
            Entry("police_informed", "Police informed", "No", False, options=_YES_NO),
            Entry("description", "Description", "Burst pipe in the upstairs bathroom"), Entry("witnesses", "Witnesses"),
        ),
    ),
    Form(
        "School enrolment 2025/26", Enrolment, Look("manrope", 25, 1250, paper="#fdfbf4"), above, marks=Marks("check"),
        entries=(
            Entry("", "Child"),
            Entry("child.name", "Name", "Ines Calloway"), Entry("child.date_of_birth", "Born", "2016-09-01"),
            Entry("child.gender", "Gender", "F", options=("F", "M", "X")), Entry("grade", "Grade", "4", 4),
            Entry("", "Parent or guardian"),
            Entry("guardian.full_name", "Full name", "Hugo Calloway"), Entry("guardian.phone", "Phone", "0555 318 204"),
            Entry("guardian.email", "Email", "hugo@callowayhome.example"),
            Entry("", "School"),
            Entry("start_date", "Start date", "2025-08-25"),
            Entry("previous_school", "Previous school", "Fernhill Primary"),
            Entry("bus_required", "Needs the school bus", "Yes", True, options=_YES_NO),
        ),
    ),
    Form(
        "CoastConf 2025 - Registration", Conference, Look("sans", 32, 1100), column, colon=":",
        marks=Marks("cross", after=True),
        entries=(
            Entry("", "About you"),
            Entry("Name", "Name", "Wilhelmina Prakash"),
            Entry("Organisation", "Organisation", "Pebble Analytics"),
            Entry("Ticket type", "Ticket type", "Student", options=("Student", "Regular", "Online")),
            Entry("shirt_size", "T-shirt", "L", options=("S", "M", "L", "XL")),
            Entry("", "Consent"),
            Entry("agrees_to_terms", "I agree to the terms", True),
            Entry("photo_consent", "Photos of me may be published", False),
            Entry("vegetarian_meal", "Vegetarian meal", True),
        ),
    ),
    Form(
        "Account opening", BankAccount, Look("light", 28, 1600), ruled, at=0.72,
        entries=(
            Entry("account_holder", "Account holder", "Leonhard Vasari"),
            Entry("IBAN", "IBAN", "XK05 0000 1234 5678 90"),
            Entry("BIC", "BIC", "VALDXK22"),
            Entry("date_of_birth", "Date of birth", "07.06.1979", "1979-06-07"),
            Entry("monthly_income", "Monthly net income", "3.275,50 €", "3275.50"),
            Entry("tax_resident", "Tax residence", "Austria"),
            Entry("joint_account", "Joint account", "No", False),
        ),
    ),
    Form(
        "Kursanmeldung", Anmeldung, Look("caladea", 27, 1050, worn=5), ruled, at=0.38, colon=":",
        entries=(
            Entry("vorname", "Vorname", "Annelie"),
            Entry("nachname", "Nachname", "Brockdorf"),
            Entry("geburtsdatum", "Geburtsdatum", "5. Mai 1991", "1991-05-05"),
            Entry("strasse", "Straße", "Lindenweg 14"),
            Entry("plz", "PLZ", "04277"),
            Entry("ort", "Ort", "Altenhain"),
            Entry("telefon", "Telefon", "0555 / 83 17 20"),
            Entry("kursgebuehr", "Kursgebühr", "1.180,00 EUR", "1180.00"),
            Entry("mitglied", "Mitglied", "Ja", True),
        ),
    ),
    Form(
        "Equipment loan slip", Loan, Look("serif", 24, 1150), leaders,
        entries=(
            Entry("borrower", "Borrower", "Caspian Mbeki"),
            Entry("department", "Dept.", "Geology"),
            Entry("item", "Item", "Field microscope"),
            Entry("serial_number", "Serial no.", "FM-20887"),
            Entry("quantity", "Qty", "2", 2),
            Entry("date_out", "Date out", "Jan 9, 2025", "2025-01-09"),
            Entry("due_date", "Due back", "Jan 23, 2025", "2025-01-23"),
            Entry("deposit_paid", "Deposit paid", "Yes", True),
            Entry("remarks", "Remarks", "Lens cap missing"),
        ),
    ),
    Form(
        "Pet adoption form", Adoption, Look("hanken", 24, 1500, leading=2.0), pairs, at=0.3, marks=Marks("check"),
        entries=(
            Entry("animal", "Animal", "Biscuit"), Entry("breed", "Breed", "Terrier mix"),
            Entry("species", "Species", "Dog", options=("Dog", "Cat", "Rabbit")),
            Entry("age_years", "Age (years)", "3", 3),
            Entry("weight_kg", "Weight (kg)", "12.4"), Entry("fee", "Adoption fee", "£95.00", "95.00"),
            Entry("adopter_name", "Adopter", "Gwendolyn Asher"), Entry("adopter_phone", "Phone", "07700 555 081"),
            Entry("vaccinated", "Vaccinated", True),
        ),
    ),
    Form(
        "Course feedback", Feedback, Look("roboto", 22, 920), column, marks=Marks("dot", round=True),
        entries=(
            Entry("course", "Course:", "Bread Baking for Beginners"),
            Entry("instructor", "Instructor:", "Mr. Fabian Holloway"),
            Entry("course_date", "Date:", "Saturday, 17 May 2025", "2025-05-17"),
            Entry("overall_rating", "Overall rating:", "4", 4, options=("1", "2", "3", "4", "5")),
            Entry("pace", "Pace:", "About right", options=("Too slow", "About right", "Too fast")),
            Entry("would_recommend", "Would you recommend it?", "Yes", True, options=_YES_NO),
            Entry("comments", "Comments:", "More time for sourdough, please."),
        ),
    ),
)  # fmt: skip


def forms() -> list[Drawn]:
    """Fifteen forms."""
    return [
        Drawn(f"form-{number}", draw_form(form), form.model, record(form.entries))
        for number, form in enumerate(FORMS, 1)
    ]
