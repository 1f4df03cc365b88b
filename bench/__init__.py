"""Hotline's benchmarks: every figure is a pair or a ratio from one run. No tests: nothing fails by its speed."""
