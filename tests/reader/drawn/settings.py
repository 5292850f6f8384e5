"""Settings panels, lists and sheets of facts, as on a screen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from .document import Drawn, Entry
from .panels import Bullets, Panel, Table, draw_panel, truth_of
from .pens import Look
from .tables import Column

__all__ = ["settings"]


class Display(BaseModel):
    brightness: str
    night_shift: bool
    true_colour: bool
    auto_lock: str = Field(description="Time until the screen locks")
    text_size: Literal["Small", "Medium", "Large"]
    raise_to_wake: bool


class Network(BaseModel):
    wifi_enabled: bool = Field(title="Wi-Fi")
    network_name: str = Field(description="The network it is connected to")
    ip_address: str
    router: str
    mac_address: str
    vpn: bool
    private_address: bool


class Notifications(BaseModel):
    allow_notifications: bool
    sounds: bool
    badges: bool
    show_previews: Literal["Always", "When unlocked", "Never"]
    lock_screen: bool
    email_digest: str | None = None


class Laptop(BaseModel):
    """The specification of a laptop."""

    model_name: str
    processor: str
    memory: str
    storage: str
    display_size: str
    weight_kg: Decimal
    ports: int
    release_year: int


class Regional(BaseModel):
    region: str
    languages: list[str]
    time_format: Literal["12-hour", "24-hour"]
    first_day_of_week: str
    metric_units: bool


class Service(BaseModel):
    name: str
    status: Literal["Running", "Stopped", "Degraded"]
    version: str


class Services(BaseModel):
    environment: str
    services: list[Service]


class Editor(BaseModel):
    theme: str
    tab_size: int
    word_wrap: bool
    font_size: int
    plugins: list[str] = Field(description="Installed plugins")
    format_on_save: bool


class Printer(BaseModel):
    printer_name: str
    status: str
    black_toner: str = Field(description="Level of black toner in percent")
    cyan_toner: str
    duplex: bool
    wifi_direct: bool
    firmware_version: str
    pages_printed: int


class Package(BaseModel):
    package: str
    installed: str
    latest: str
    update_available: bool = Field(title="Update")


class Packages(BaseModel):
    hostname: str
    last_checked: date
    packages: list[Package]


class Plan(BaseModel):
    name: str
    seats: int
    monthly_price: Decimal
    renews_on: date


class Account(BaseModel):
    username: str
    email: str
    plan: Plan
    two_factor_enabled: bool
    backup_email: str | None


class Forward(BaseModel):
    service: str
    external_port: int
    internal_port: int
    device: str


class Router(BaseModel):
    admin_name: str
    firmware: str
    remote_access: bool
    guest_network: bool
    port_forwards: list[Forward]


class Camera(BaseModel):
    sensor: str
    resolution: str
    iso_range: str = Field(alias="ISO range")
    shutter_speed: str
    battery_life: str
    weather_sealed: bool
    price: Decimal


class Backup(BaseModel):
    last_backup: date
    backup_size: str = Field(alias="backupSize")
    encrypted: bool
    automatic: bool
    keep_copies: int
    folders: list[str]


class Access(BaseModel):
    camera: bool
    microphone: bool
    location: bool


class Privacy(BaseModel):
    access: Access
    analytics: bool
    ad_tracking: bool
    retention_days: int


class Reading(BaseModel):
    room: str
    temperature: Decimal
    humidity: str
    window_open: bool


class Climate(BaseModel):
    mode: Literal["Heating", "Cooling", "Off"]
    target_temperature: Decimal
    rooms: list[Reading]
    away_until: date | None = None


PANELS: tuple[Panel, ...] = (
    Panel(
        "Display", Display, Look("roboto", 30, 900, margin=40, leading=2.3, paper="#f2f2f7", tint="#ffffff"),
        cards=True, ruled=True, on="#34c759",
        parts=(
            Entry("", "Appearance"),
            Entry("brightness", "Brightness", "80%"), Entry("night_shift", "Night shift", False),
            Entry("true_colour", "True colour", True), Entry("text_size", "Text size", "Medium"),
            Entry("", "Lock"),
            Entry("auto_lock", "Auto-lock", "2 minutes"), Entry("raise_to_wake", "Raise to wake", True),
        ),
    ),
    Panel(
        "Network", Network,
        Look("manrope", 26, 1000, margin=50, leading=2.2, paper="#1c1c1e", ink="#f5f5f7", faint="#98989f"),
        ruled=True, on="#0a84ff",
        parts=(
            Entry("wifi_enabled", "Wi-Fi", True), Entry("network_name", "Connected to", "Larkspur-5G"),
            Entry("ip_address", "IP address", "192.168.4.27"), Entry("router", "Router", "192.168.4.1"),
            Entry("mac_address", "MAC address", "A4:7E:02:9C:51:D8"),
            Entry("private_address", "Private address", True), Entry("vpn", "VPN", "Off", False),
        ),
    ),
    Panel(
        "Notifications", Notifications,
        Look("hanken", 28, 1100, leading=2.1, paper="#121417", ink="#e8eaed", faint="#9aa0a6", tint="#23272e"),
        cards=True, on="#8ab4f8",
        parts=(
            Entry("allow_notifications", "Allow notifications", True), Entry("sounds", "Sounds", False),
            Entry("badges", "Badges", True), Entry("lock_screen", "Show on lock screen", False),
            Entry("", "Content"),
            Entry("show_previews", "Show previews", "When unlocked"), Entry("email_digest", "E-mail digest", "Weekly"),
        ),
    ),
    Panel(
        "Technical specifications", Laptop, Look("sans", 28, 1200), at=0.4, bold=True,
        parts=(
            Entry("model_name", "Model", "Halcyon Book 14"), Entry("processor", "Processor", "Vireo X8, 3.2 GHz"),
            Entry("memory", "Memory", "16 GB"), Entry("storage", "Storage", "512 GB SSD"),
            Entry("display_size", "Display", "14.2 inch"), Entry("weight_kg", "Weight (kg)", "1.38"),
            Entry("ports", "Ports", "4", 4), Entry("release_year", "Release year", "2024", 2024),
        ),
    ),
    Panel(
        "Language & region", Regional, Look("caladea", 28, 1050, leading=1.9), at=0.45, colon=":", on="#6b4fbb",
        parts=(
            Entry("region", "Region", "Ireland"),
            Entry("languages", "Languages", "English, German, French", ["English", "German", "French"]),
            Entry("time_format", "Time format", "24-hour"), Entry("first_day_of_week", "First day of week", "Monday"),
            Entry("metric_units", "Metric units", True),
        ),
    ),
    Panel(
        "Service status", Services,
        Look("roboto", 25, 1100, leading=2.0, paper="#0f172a", ink="#e2e8f0", faint="#64748b", tint="#1e293b"),
        at=0.25,
        parts=(
            Entry("environment", "Environment", "Staging"),
            Table(
                "services", "",
                (Column("name", "Name", 0.45), Column("status", "Status", 0.3), Column("version", "Version", 0.25)),
                (("auth-gateway", "Running", "4.12.0"), ("billing", "Degraded", "2.3.1"),
                 ("search-index", "Running", "0.9.27"), ("mailer", "Stopped", "1.0.4")),
                "zebra",
            ),
        ),
    ),
    Panel(
        "Editor preferences", Editor, Look("light", 26, 1000, leading=2.0), ruled=True, on="#d9480f",
        parts=(
            Entry("theme", "Theme", "Midnight Fern"), Entry("tab_size", "Tab size", "4", 4),
            Entry("font_size", "Font size", "13", 13), Entry("word_wrap", "Word wrap", False),
            Entry("format_on_save", "Format on save", True),
            Bullets("plugins", "Installed plugins", ("Spell checker", "Git history", "Markdown preview", "Minimap")),
        ),
    ),
    Panel(
        "Printer information", Printer, Look("plain", 24, 950), at=0.5, zebra=True,
        parts=(
            Entry("printer_name", "Printer name", "Copyroom North"), Entry("status", "Status", "Ready"),
            Entry("black_toner", "Black toner", "63%"), Entry("cyan_toner", "Cyan toner", "18%"),
            Entry("duplex", "Duplex", "On", True), Entry("wifi_direct", "Wi-Fi Direct", "Off", False),
            Entry("firmware_version", "Firmware version", "7.4.12"),
            Entry("pages_printed", "Pages printed", "12,408", 12408),
        ),
    ),
    Panel(
        "Software updates", Packages, Look("sans", 25, 1250), at=0.25, colon=":",
        parts=(
            Entry("hostname", "Host name", "heron-02"), Entry("last_checked", "Last checked", "2025-03-19"),
            Table(
                "packages", "",
                (Column("package", "Package", 0.37), Column("installed", "Installed", 0.22),
                 Column("latest", "Latest", 0.22), Column("update_available", "Update", 0.19, "flag")),
                (("libtern", "1.8.2", "1.9.0", "Yes"), ("ossel-core", "22.04", "22.04", "No"),
                 ("quillfont", "0.3.11", "0.4.2", "Yes"), ("wren-tools", "5.1.0", "5.1.0", "No"),
                 ("zephyr-db", "14.6", "15.2", "Yes")),
                "grid",
            ),
        ),
    ),
    Panel(
        "Account", Account, Look("serif", 26, 1150, leading=2.0, paper="#faf7f2", tint="#ffffff"), cards=True,
        on="#1a7f5a",
        parts=(
            Entry("username", "User name", "thistle_kid"), Entry("email", "Email", "kid@thistle.example"),
            Entry("two_factor_enabled", "Two-factor authentication", "On", True), Entry("backup_email", "Backup email"),
            Entry("", "Plan"),
            Entry("plan.name", "Name", "Team Plus"), Entry("plan.seats", "Seats", "25", 25),
            Entry("plan.monthly_price", "Monthly price", "$187.50", "187.50"),
            Entry("plan.renews_on", "Renews on", "Oct 31, 2025", "2025-10-31"),
        ),
    ),
    Panel(
        "Router", Router, Look("hanken", 24, 1300, leading=1.9), at=0.3, on="#0b8457",
        parts=(
            Entry("admin_name", "Administrator", "root-lena"), Entry("firmware", "Firmware", "3.0.18"),
            Entry("remote_access", "Remote access", "Disabled", False),
            Entry("guest_network", "Guest network", "Enabled", True),
            Table(
                "port_forwards", "Port forwarding",
                (Column("service", "Service", 0.28), Column("external_port", "External port", 0.22, "whole"),
                 Column("internal_port", "Internal port", 0.22, "whole"), Column("device", "Device", 0.28)),
                (("Web", "8080", "80", "heron-02"), ("Game server", "27100", "27100", "loft-pc"),
                 ("Camera", "5554", "554", "porch-cam")),
                "lines",
            ),
        ),
    ),
    Panel(
        "Pinecrest M5", Camera, Look("roboto", 27, 1400, leading=1.9, tint="#eef3ea"), at=0.5, zebra=True, bold=True,
        parts=(
            Entry("sensor", "Sensor", "Full frame, 33 megapixels"), Entry("resolution", "Resolution", "7008 x 4672"),
            Entry("ISO range", "ISO range", "100 - 51200"),
            Entry("shutter_speed", "Shutter speed", "1/8000 - 30 s"), Entry("battery_life", "Battery", "610 shots"),
            Entry("weather_sealed", "Weather sealed", "Yes", True), Entry("price", "Price", "1.899,00 €", "1899.00"),
        ),
    ),
    Panel(
        "Backup", Backup,
        Look("manrope", 24, 940, leading=2.1, paper="#22212c", ink="#f8f8f2", faint="#a9a7b8"),
        ruled=True, on="#9580ff",
        parts=(
            Entry("last_backup", "Last backup", "12 Feb 2025", "2025-02-12"), Entry("backupSize", "Size", "48.2 GB"),
            Entry("automatic", "Automatic backup", True), Entry("encrypted", "Encrypted", False),
            Entry("keep_copies", "Copies to keep", "7", 7),
            Bullets("folders", "Folders", ("Documents", "Photos 2024", "Recipes")),
        ),
    ),
    Panel(
        "Privacy", Privacy, Look("sans", 34, 1000, leading=2.0, paper="#ffffff", tint="#f0f1f4"), cards=True,
        on="#e8590c",
        parts=(
            Entry("", "App access"),
            Entry("access.camera", "Camera", True), Entry("access.microphone", "Microphone", False),
            Entry("access.location", "Location", True),
            Entry("", "Data"),
            Entry("analytics", "Share analytics", False), Entry("ad_tracking", "Ad tracking", False),
            Entry("retention_days", "Keep data for (days)", "90", 90),
        ),
    ),
    Panel(
        "Climate", Climate, Look("caladea", 27, 1200, leading=1.8, paper="#fffdf8"), at=0.35,
        parts=(
            Entry("mode", "Mode", "Heating"), Entry("target_temperature", "Target temperature", "20.5 °C", "20.5"),
            Entry("away_until", "Away until"),
            Table(
                "rooms", "Rooms",
                (Column("room", "Room", 0.31), Column("temperature", "Temperature", 0.24, "number"),
                 Column("humidity", "Humidity", 0.21), Column("window_open", "Window open", 0.24, "flag")),
                (("Kitchen", "19.8", "48%", "No"), ("Living room", "21.2", "44%", "No"),
                 ("Study", "18.5", "51%", "Yes")),
                "bare",
            ),
        ),
    ),
)  # fmt: skip


def settings() -> list[Drawn]:
    """Fifteen panels."""
    return [
        Drawn(f"settings-{number}", draw_panel(panel), panel.model, truth_of(panel))
        for number, panel in enumerate(PANELS, 1)
    ]
