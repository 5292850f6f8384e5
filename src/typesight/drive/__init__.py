"""Driving a call: its requests sent and its replies received until there is a record, by sync and by async code."""
