"""Lab Streaming Layer's library: loaded when it is first asked for, and heard on this computer only."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

from emg.blocks import SourceUnavailable
from emg.said import Said

USERS_CONFIGS: Final = ("lsl_api.cfg", "~/lsl_api/lsl_api.cfg", "/etc/lsl_api/lsl_api.cfg")
"""Where LSL programs look for what their user has decided, after the file that LSLAPICFG names."""

LOCAL_CONFIG: Final = """
[log]
level = -3
[ports]
IPv6 = disable
[multicast]
ListenAddress = 127.0.0.1
"""
"""Questions for streams are heard from this computer only; our own questions still go to the whole network.

ResolveScope = machine would not do: it still answers broadcasts from other computers. The log would write
over the bars in the terminal.
"""


@cache
def load_pylsl() -> Any:
    """Import pylsl and set its library up; every use of LSL in this program comes through here.

    The library reads its configuration once, at its first use. Where the user has an LSL configuration of
    his own, that one is obeyed as it is.

    Raises
    ------
    SourceUnavailable
        If pylsl or its library is missing, or too old to be told to stay on this computer.
    """
    try:
        import pylsl
    except (ImportError, RuntimeError) as error:
        raise SourceUnavailable(
            Said("Lab Streaming Layer is not installed: run 'pip install pylsl' and try again.")
        ) from error
    if users_config() is None:
        try:
            pylsl.util.set_config_content(LOCAL_CONFIG)
        except NotImplementedError as error:
            raise SourceUnavailable(
                Said("The library of Lab Streaming Layer (liblsl) is too old: install 1.17.7 or newer.")
            ) from error
    return pylsl


def users_config() -> Path | None:
    """Find the LSL configuration that the user has written; None if there is none."""
    named = os.environ.get("LSLAPICFG")
    places = (*([named] if named else []), *USERS_CONFIGS)
    return next((path for place in places if (path := Path(place).expanduser()).is_file()), None)
