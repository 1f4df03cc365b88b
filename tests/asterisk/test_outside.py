"""By whom a number outside is reached."""

from acd.asterisk.outside import outward_addresses


def test_a_carrier_is_called_at_the_first_address_that_is_one() -> None:
    trunks = {
        "ranges": ("192.0.2.0/24",),
        "north": ("192.0.2.0/24", "2001:db8::7", "198.51.100.7", "198.51.100.8"),
        "south": ("198.51.100.9/32",),
        "odd": ("not an address",),
    }

    assert outward_addresses(trunks) == {"north": "198.51.100.7", "south": "198.51.100.9"}
