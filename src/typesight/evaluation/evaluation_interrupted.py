"""EvaluationInterrupted: the Ctrl-C that ended an evaluation, with what it had found."""

from __future__ import annotations

from typesight.evaluation.evaluation import Evaluation

__all__ = ["EvaluationInterrupted"]


class EvaluationInterrupted(KeyboardInterrupt):
    """Ctrl-C ended an evaluation. `evaluation` is what it has found so far; the same call again goes on from there."""

    def __init__(self, evaluation: Evaluation) -> None:
        super().__init__("the evaluation was interrupted: call it again to go on")
        self.evaluation = evaluation
