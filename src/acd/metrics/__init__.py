"""What Prometheus reads: a view of the core's books and of its events. It owns no fact and decides nothing."""

from acd.metrics.page import Metrics
from acd.metrics.vitals import Vitals

__all__ = ["Metrics", "Vitals"]
