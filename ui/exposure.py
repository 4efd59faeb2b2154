"""Whether the service may be reached from other machines."""

import ipaddress

from rag.errors import SettingsError
from rag.keys import KeyStore
from rag.settings import Settings


def check_exposure(settings: Settings, keys: KeyStore) -> None:
    """Refuse to open a service without keys to the network, unless its keeper says that this is meant.

    :raises SettingsError: Naming the address and the remedies.
    """
    if settings.open or keys.required() or _is_loopback(settings.host):
        return
    raise SettingsError(
        f"Unter der Adresse {settings.host or '(alle)'} könnten andere Rechner Fundstelle ohne Anmeldung benutzen. "
        "Legen Sie mit `fundstelle keys add` Schlüssel an, oder erlauben Sie es mit FUNDSTELLE_OPEN=1 oder --open "
        "ausdrücklich."
    )


def _is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the address; a name other than localhost may lead anywhere."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
