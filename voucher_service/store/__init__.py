"""The memory of the service: the only place that knows SQLAlchemy and SQL."""
