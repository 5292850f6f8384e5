"""CallRoute: the model, endpoint, wire and mode that the requests of a call use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from typesight.endpoints.mode_refusals import detect_refusal
from typesight.endpoints.mode_selection import ModeSelector, WireMode
from typesight.endpoints.request_redirects import count_requests
from typesight.errors import ModeError, SchemaError
from typesight.exchange.completion import Completion
from typesight.exchange.request import Request
from typesight.loop.terms import Successor
from typesight.models.modes import RefusedFeature

__all__ = ["CallRoute"]


@dataclass(frozen=True, slots=True)
class CallRoute:
    """Where the requests of a call go, and what it took to get there; frozen, a change is a new CallRoute.

    `max_retries` is the SDK client's own; `used_retries` are the transport retries so far: one pool for the whole call.
    `place` is where the driver sends to, as in `Send`. `refused_requests` counts the HTTP requests in the first mode if
    the endpoint refused it.
    """

    mode_selector: ModeSelector
    wire_mode: WireMode
    max_retries: int = 0
    used_retries: int = 0
    place: int = 0
    refused_requests: int = 0

    @property
    def retries_left(self) -> int:
        """Transport retries for the next request."""
        return max(0, self.max_retries - self.used_retries)

    def use_retries(self, count: int) -> CallRoute:
        """Take transport retries from the pool."""
        return replace(self, used_retries=self.used_retries + count) if count else self

    def count_refused(self, completion: Completion) -> Completion:
        """The first reply, with the HTTP requests that were refused before it counted as its own."""
        if not self.refused_requests:
            return completion
        return replace(completion, http_requests=completion.http_requests + self.refused_requests)

    def find_refusal(self, error: Exception, request: Request) -> RefusedFeature | None:
        """What the endpoint refuses by this error; None if it refuses nothing of the request's mode."""
        return detect_refusal(error, request.mode, request.capability) if request.mode else None

    def change_mode(self, refusal: Exception, refused: RefusedFeature, model: str) -> CallRoute | None:
        """The route by the next mode; None if there is none, or if the mode was changed before.

        The endpoint remembers the refusal in any case, for later calls.
        """
        self.wire_mode.endpoint.remember_refusal(refused, self.wire_mode.api, model, self.mode_selector.target)
        if self.refused_requests:
            return None
        try:
            wire_mode = self.mode_selector.select()
        except (ModeError, SchemaError):  # no other mode is left: the endpoint's own error says most
            return None
        refused_requests = count_requests(refusal)
        return replace(self, wire_mode=wire_mode, refused_requests=refused_requests).use_retries(refused_requests - 1)

    def switch_model(self, successor: Successor) -> CallRoute:
        """The route by another model. Raises SchemaError or ModeError if it cannot carry the target."""
        selector = self.mode_selector.switch_model(successor.endpoint, successor.model)
        changed = replace(self, mode_selector=selector, wire_mode=selector.select())
        if successor.endpoint is None:
            return changed
        return replace(changed, place=successor.place, max_retries=successor.max_retries)
