"""The core process, put together: journal, core, switch, IVR, screens, metrics, MQTT. It builds and decides nothing."""

import asyncio
import os
import signal
from pathlib import Path

import structlog

from acd.app import logs
from acd.app.settings import Settings, settings_for
from acd.asterisk.ami_link import ManagerAccess
from acd.config import HotlineConfig, load

_log = structlog.get_logger(__name__)


async def run(config_path: Path) -> None:
    """Run the core process until SIGINT or SIGTERM."""
    logs.set_up(os.environ.get("HOTLINE_LOG_LEVEL", "INFO").upper())
    config = load(config_path)
    settings = settings_for(config)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Core(config, settings).run(stop)
