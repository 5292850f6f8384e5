"""What models and endpoints take. Data only: one row a model, one row an endpoint, each with its date and source."""
