"""Give it a picture and a Pydantic model, get back a record you can trust.

The public names are imported on first use: `import typesight` loads neither an SDK nor Pillow nor OCR.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typesight.attempts import Attempt as Attempt
    from typesight.budget import Budget as Budget
    from typesight.caches.disk_cache import DiskCache as DiskCache
    from typesight.caches.memory_cache import MemoryCache as MemoryCache
    from typesight.caches.recorded import Recorded as Recorded
    from typesight.caches.reply_cache import CacheWarning as CacheWarning
    from typesight.client.async_client import AsyncClient as AsyncClient
    from typesight.client.client import Client as Client
    from typesight.client.connect import from_anthropic as from_anthropic
    from typesight.client.connect import from_local as from_local
    from typesight.client.connect import from_openai as from_openai
    from typesight.client.connect import from_provider as from_provider
    from typesight.client.one_document import extract as extract
    from typesight.client.one_document import extract_async as extract_async
    from typesight.conversation.estimate import Estimate as Estimate
    from typesight.conversation.estimate import estimate as estimate
    from typesight.conversation.extraction import Extraction as Extraction
    from typesight.conversation.reask_option import Reasking as Reasking
    from typesight.errors import DocumentFailed as DocumentFailed
    from typesight.errors import DownloadFailed as DownloadFailed
    from typesight.errors import DownloadRefused as DownloadRefused
    from typesight.errors import Filtered as Filtered
    from typesight.errors import ImageError as ImageError
    from typesight.errors import ImageNotFound as ImageNotFound
    from typesight.errors import ImageTooLarge as ImageTooLarge
    from typesight.errors import Interrupted as Interrupted
    from typesight.errors import InvalidRecord as InvalidRecord
    from typesight.errors import LabelError as LabelError
    from typesight.errors import LedgerError as LedgerError
    from typesight.errors import MissingExtra as MissingExtra
    from typesight.errors import ModeError as ModeError
    from typesight.errors import NoAnswer as NoAnswer
    from typesight.errors import NotRecorded as NotRecorded
    from typesight.errors import Refused as Refused
    from typesight.errors import ReplyError as ReplyError
    from typesight.errors import SchemaError as SchemaError
    from typesight.errors import Truncated as Truncated
    from typesight.errors import TypesightError as TypesightError
    from typesight.errors import UnreadableImage as UnreadableImage
    from typesight.errors import UnsupportedImage as UnsupportedImage
    from typesight.evaluation.comparison import compare_evaluations as compare_evaluations
    from typesight.evaluation.evaluate import estimate_evaluation as estimate_evaluation
    from typesight.evaluation.evaluate import evaluate as evaluate
    from typesight.evaluation.evaluate import evaluate_async as evaluate_async
    from typesight.evaluation.evaluation import Evaluation as Evaluation
    from typesight.evaluation.evaluation_interrupted import EvaluationInterrupted as EvaluationInterrupted
    from typesight.evaluation.labels.label_fields import LabelWarning as LabelWarning
    from typesight.evaluation.labels.labelled_document import LabelledDocument as LabelledDocument
    from typesight.evaluation.setting_result import SettingResult as SettingResult
    from typesight.evidence.evidence import Evidence as Evidence
    from typesight.evidence.evidence import EvidenceWarning as EvidenceWarning
    from typesight.failures import BudgetExceeded as BudgetExceeded
    from typesight.failures import DeadlineExceeded as DeadlineExceeded
    from typesight.failures import ExtractionFailed as ExtractionFailed
    from typesight.images.autodetect import Autodetect as Autodetect
    from typesight.images.download import Downloads as Downloads
    from typesight.images.encoding.encode import EncodedImage as EncodedImage
    from typesight.images.encoding.encode import encode as encode
    from typesight.images.encoding.picture_warnings import PictureWarning as PictureWarning
    from typesight.images.encoding.tiles import tiles as tiles
    from typesight.images.image import Image as Image
    from typesight.many.async_extraction_run import AsyncExtractionRun as AsyncExtractionRun
    from typesight.many.extraction_run import ExtractionRun as ExtractionRun
    from typesight.many.failure import Failure as Failure
    from typesight.many.progress.run_progress import RunProgress as RunProgress
    from typesight.many.schedule import RunWarning as RunWarning
    from typesight.models.modes import Mode as Mode
    from typesight.models.price_warning import PriceWarning as PriceWarning
    from typesight.models.profiles import ProfileWarning as ProfileWarning
    from typesight.models.profiles import VisionProfile as VisionProfile
    from typesight.schema.maybe import Maybe as Maybe
    from typesight.schema.repair import Repair as Repair
    from typesight.usage import Usage as Usage
    from typesight.watch.events import ComplaintEvent as ComplaintEvent
    from typesight.watch.events import FailureEvent as FailureEvent
    from typesight.watch.events import RecordEvent as RecordEvent
    from typesight.watch.events import ReplyEvent as ReplyEvent
    from typesight.watch.events import RequestEvent as RequestEvent
    from typesight.watch.hooks import Hooks as Hooks
    from typesight.watch.hooks import HookWarning as HookWarning

    __version__: str

# Rows: module -> the public names it defines. `tests/test_public_names.py` compares this table with the imports above.
_ROOMS: dict[str, tuple[str, ...]] = {
    "attempts": ("Attempt",),
    "caches.disk_cache": ("DiskCache",),
    "caches.memory_cache": ("MemoryCache",),
    "caches.recorded": ("Recorded",),
    "caches.reply_cache": ("CacheWarning",),
    "client.async_client": ("AsyncClient",),
    "client.client": ("Client",),
    "conversation.extraction": ("Extraction",),
    "conversation.reask_option": ("Reasking",),
    "errors": (
        "DocumentFailed", "DownloadFailed", "DownloadRefused", "Filtered", "ImageError", "ImageNotFound",
        "ImageTooLarge", "Interrupted", "InvalidRecord", "LabelError", "LedgerError", "MissingExtra", "ModeError",
        "NoAnswer", "NotRecorded", "Refused", "ReplyError", "SchemaError", "Truncated", "TypesightError",
        "UnreadableImage", "UnsupportedImage",
    ),
    "failures": ("BudgetExceeded", "DeadlineExceeded", "ExtractionFailed"),
    "conversation.estimate": ("Estimate", "estimate"),
    "images.autodetect": ("Autodetect",),
    "images.download": ("Downloads",),
    "images.encoding.encode": ("EncodedImage", "encode"),
    "images.encoding.picture_warnings": ("PictureWarning",),
    "images.image": ("Image",),
    "many.async_extraction_run": ("AsyncExtractionRun",),
    "many.extraction_run": ("ExtractionRun",),
    "many.failure": ("Failure",),
    "many.progress.run_progress": ("RunProgress",),
    "many.schedule": ("RunWarning",),
    "models.price_warning": ("PriceWarning",),
    "models.profiles": ("ProfileWarning", "VisionProfile"),
    "images.encoding.tiles": ("tiles",),
    "client.connect": ("from_anthropic", "from_local", "from_openai", "from_provider"),
    "client.one_document": ("extract", "extract_async"),
    "models.modes": ("Mode",),
    "evaluation.comparison": ("compare_evaluations",),
    "evaluation.evaluate": ("estimate_evaluation", "evaluate", "evaluate_async"),
    "evaluation.evaluation": ("Evaluation",),
    "evaluation.evaluation_interrupted": ("EvaluationInterrupted",),
    "evaluation.labels.label_fields": ("LabelWarning",),
    "evaluation.labels.labelled_document": ("LabelledDocument",),
    "evaluation.setting_result": ("SettingResult",),
    "evidence.evidence": ("Evidence", "EvidenceWarning"),
    "schema.maybe": ("Maybe",),
    "schema.repair": ("Repair",),
    "budget": ("Budget",),
    "usage": ("Usage",),
    "watch.events": ("ComplaintEvent", "FailureEvent", "RecordEvent", "ReplyEvent", "RequestEvent"),
    "watch.hooks": ("HookWarning", "Hooks"),
}  # fmt: skip
_HOME = {name: f"typesight.{room}" for room, names in _ROOMS.items() for name in names}

__all__ = [*sorted(_HOME)]  # noqa: PLE0604 - built from the table


def __getattr__(name: str) -> Any:
    if name == "__version__":  # read only if asked for: importlib.metadata takes longer to load than all of this
        globals()[name] = import_module("typesight.installation").read_version()
        return globals()[name]
    if name not in _HOME:
        raise AttributeError(f"module 'typesight' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, *{"__version__", *(name for name in globals() if name.startswith("__"))}]
