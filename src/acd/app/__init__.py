"""The one place that plugs the parts together. It builds everything and decides nothing."""
