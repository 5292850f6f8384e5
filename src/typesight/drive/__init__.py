"""Running a call: send its requests and receive its replies until there is a record, in sync and async code."""
