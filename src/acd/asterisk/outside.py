"""The way out: by which carrier a caller is connected to a number outside.

The control user may move callers and must not be able to place calls wherever he likes. So the numbers themselves come
from the operator's settings into the dialplan, and an order that names another one is not carried out there.
"""

import ipaddress
from collections.abc import Mapping, Sequence


def outward_addresses(trunks: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Where each carrier is called, by its name: the first single address among those that its calls come from.

    A carrier that is known by ranges of addresses only cannot be called, and is left out; so is one without an IPv4
    address, for our telephony speaks no other.
    """
    found = {name: next(filter(None, map(_single, addresses)), "") for name, addresses in trunks.items()}
    return {name: address for name, address in found.items() if address}


def _single(written: str) -> str:
    try:
        network = ipaddress.ip_network(written, strict=False)
    except ValueError:
        # Not for this place to say what is wrong with it: it stands in the same file as the carrier's address.
        return ""
    return str(network.network_address) if network.num_addresses == 1 and network.version == 4 else ""
