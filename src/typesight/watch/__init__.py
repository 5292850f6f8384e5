"""Who watches a call: hooks, the logger and OpenTelemetry are told the same events from one place."""
