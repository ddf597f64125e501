"""Everything that is spoken: one whole sentence a prompt, as each language says it.

The files beside this module are made from this table (``ui/sound/make_prompts.py``). Whole sentences
sound better than words put together, so a muscle has its own file for each sentence that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from emg.montage import Legs, Side, WorkingSide

LANGUAGES: Final = ("en", "de")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in both languages."""

    en: str
    de: str


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle as it is spoken of; in German its gender decides on "linker" or "linke"."""

    en: str
    de: str
    feminine: bool = False

    def on(self, side: Side) -> Sentence:
        """Name it on a side."""
        german = {Side.LEFT: "linke", Side.RIGHT: "rechte"}[side] + ("" if self.feminine else "r")
        return Sentence(f"{side.value} {self.en}", f"{german} {self.de}")


MUSCLES: Final[Mapping[str, Muscle]] = MappingProxyType(
    {
        "glute": Muscle("glute", "Gesäßmuskel"),
        "ham": Muscle("hamstring", "Beinbeuger"),
        "glute_med": Muscle("glute medius", "mittlerer Gesäßmuskel"),
        "glute_upper": Muscle("upper glute", "oberer Gesäßmuskel"),
        "glute_lower": Muscle("lower glute", "unterer Gesäßmuskel"),
        "ham_medial": Muscle("inner hamstring", "innerer Beinbeuger"),
        "ham_lateral": Muscle("outer hamstring", "äußerer Beinbeuger"),
        "quad": Muscle("quadriceps", "Oberschenkelstrecker"),
        "adductor": Muscle("adductor", "Schenkelanzieher"),
        "calf": Muscle("calf", "Wade", feminine=True),
        "erector": Muscle("back extensor", "Rückenstrecker"),
    }
)
SITES: Final = tuple(f"{muscle}_{side}" for muscle in MUSCLES for side in Side)

READY, TAP, CHECK = "ready", "tap", "check"
"""What is said of a muscle; each with its site is a prompt of its own."""

_LEGS: Final[Mapping[WorkingSide, Sentence]] = {
    Side.LEFT: Sentence("Left leg", "Linkes Bein"),
    Side.RIGHT: Sentence("Right leg", "Rechtes Bein"),
    Legs.BOTH: Sentence("Both legs", "Beide Beine"),
    Legs.ALTERNATING: Sentence("Leg after leg", "Ein Bein nach dem anderen"),
}

_GENERAL: Final[Mapping[str, Sentence]] = {
    # contact, sides, rest
    "lie_loose": Sentence(
        "Lie on your front, and let every muscle go loose.",
        "Leg dich auf den Bauch, und lass alle Muskeln locker.",
    ),
    "check_electrodes": Sentence("Check the electrodes.", "Bitte die Elektroden prüfen."),
    "hum": Sentence(
        "Mains hum. Run the laptop on its battery.", "Netzbrummen. Den Laptop vom Netzteil nehmen."
    ),
    "lie_still": Sentence("Lie still.", "Bleib ruhig liegen."),
    "still_relax": Sentence("Lie still, and relax.", "Bleib ruhig liegen, ganz locker."),
    "still_again": Sentence("Once more. Lie still, and relax.", "Noch einmal. Ruhig liegen, ganz locker."),
    "tap_sensor": Sentence("Now tap the sensor, twice.", "Tippe zweimal auf den Sensor."),
    "tap_again": Sentence(
        "No tap seen. Once more, a little firmer.", "Nichts gesehen. Noch einmal, etwas fester."
    ),
    "lift_left": Sentence("Lift the left leg.", "Linkes Bein anheben."),
    "lift_right": Sentence("Lift the right leg.", "Rechtes Bein anheben."),
    # maxima and lighter efforts
    "position_prone_hip_extension": Sentence(
        "Knee bent. Heel to the ceiling.", "Knie gebeugt. Ferse zur Decke."
    ),
    "position_prone_knee_curl": Sentence("Pull the heel to the buttock.", "Ferse zum Gesäß ziehen."),
    "position_standing_squeeze": Sentence("Stand up. Squeeze the buttock.", "Steh auf. Gesäß anspannen."),
    "ready": Sentence("Get ready.", "Mach dich bereit."),
    "push": Sentence("Push! As hard as you can!", "Drücken! So fest du kannst!"),
    "pull": Sentence("Pull! As hard as you can!", "Ziehen! So fest du kannst!"),
    "squeeze": Sentence("Squeeze! As hard as you can!", "Anspannen! So fest du kannst!"),
    "effort_25": Sentence("Lightly, and hold.", "Leicht, und halten."),
    "effort_50": Sentence("Half your strength, and hold.", "Halbe Kraft, und halten."),
    "effort_75": Sentence("Strong, and hold.", "Kräftig, und halten."),
    "bridge": Sentence("Now the bridge, on both legs.", "Jetzt die Brücke, auf beiden Beinen."),
    "bridge_lift": Sentence("Lift the hips, and hold.", "Hüfte anheben, und halten."),
    "relax": Sentence("Relax.", "Locker lassen."),
    # holds
    "take_position": Sentence("Take the position.", "Position einnehmen."),
    "go": Sentence("Go!", "Los!"),
    "last_one": Sentence("Last one.", "Das letzte Mal."),
    "rest": Sentence("Rest.", "Pause."),
    "foot_down": Sentence("Foot down. Once more.", "Fuß abgesetzt. Noch einmal."),
    "once_more": Sentence("The signal was not good. Once more.", "Das Signal war nicht gut. Noch einmal."),
    "done": Sentence("Done. Well done.", "Fertig. Gut gemacht."),
    # at any time
    "paused": Sentence("Paused.", "Angehalten."),
    "going_on": Sentence("Going on.", "Es geht weiter."),
    "question": Sentence("A question for you, on the screen.", "Eine Frage an dich, auf dem Bildschirm."),
    "no_signal": Sentence("No signal.", "Kein Signal."),
    "signal_back": Sentence("The signal is back.", "Das Signal ist wieder da."),
    "stopped": Sentence(
        "It stops here. Look at the screen.", "Hier ist Schluss. Bitte auf den Bildschirm sehen."
    ),
}


def leg_prompt(side: WorkingSide) -> str:
    """Code of the prompt that names who works."""
    return f"leg_{side.value}"


def next_prompt(side: WorkingSide) -> str:
    """Code of the prompt that says who works next."""
    return f"next_{side.value}"


def site_prompt(said: str, site: str, otherwise: str) -> str:
    """Code of the prompt that names a muscle; of one that is not listed nothing more can be said.

    Parameters
    ----------
    said : str
        ``READY``, ``TAP`` or ``CHECK``.
    site : str
        The muscle.
    otherwise : str
        Code for one that has no prompt of its own.
    """
    code = f"{said}_{site}"
    return code if code in SPOKEN else otherwise


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _of_sites() -> dict[str, Sentence]:
    found = {}
    for name, muscle in MUSCLES.items():
        for side in Side:
            said, site = muscle.on(side), f"{name}_{side}"
            found[f"{READY}_{site}"] = Sentence(
                f"{_capital(said.en)}. Get ready.", f"{_capital(said.de)}. Bereit."
            )
            found[f"{TAP}_{site}"] = Sentence(
                f"Now tap the {said.en} sensor, twice.",
                f"{_capital(said.de)}: zweimal auf den Sensor tippen.",
            )
            found[f"{CHECK}_{site}"] = Sentence(
                f"{_capital(said.en)}: check the electrode.", f"{_capital(said.de)}: Elektrode prüfen."
            )
    return found


def _of_legs() -> dict[str, Sentence]:
    found = {}
    for side, leg in _LEGS.items():
        found[leg_prompt(side)] = Sentence(f"{leg.en}.", f"{leg.de}.")
        found[next_prompt(side)] = Sentence(f"{leg.en} next.", f"Als Nächstes: {leg.de}.")
    return found


SPOKEN: Final[Mapping[str, Sentence]] = MappingProxyType({**_GENERAL, **_of_legs(), **_of_sites()})
"""Text of every prompt by its code, which is also the name of its file."""
