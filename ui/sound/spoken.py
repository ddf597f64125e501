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


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in every language."""

    en: str
    de: str
    es: str

    def said_in(self, language: str) -> str:
        """Give it in one of ``ui.language.LANGUAGES``."""
        return {"en": self.en, "de": self.de, "es": self.es}[language]


@dataclass(frozen=True, slots=True)
class Muscle:
    """A muscle as it is spoken of; its gender decides on "linker" or "linke".

    Attributes
    ----------
    en, de, es : str
        Its name, without an article: the whole one where the screen has a short form.
    feminine : frozenset of str
        Languages in which it is feminine; elsewhere it is masculine.
    """

    en: str
    de: str
    es: str
    feminine: frozenset[str] = frozenset()

    def on(self, side: Side) -> Sentence:
        """Name it on a side, without an article."""
        return Sentence(
            f"{side.value} {self.en}",
            f"{_GERMAN[side]}{'' if 'de' in self.feminine else 'r'} {self.de}",
            f"{self.es} {_SPANISH[side]}{'a' if 'es' in self.feminine else 'o'}",
        )


_GERMAN: Final[Mapping[Side, str]] = {Side.LEFT: "linke", Side.RIGHT: "rechte"}
_SPANISH: Final[Mapping[Side, str]] = {Side.LEFT: "izquierd", Side.RIGHT: "derech"}

MUSCLES: Final[Mapping[str, Muscle]] = MappingProxyType(
    {
        "glute": Muscle("glute", "Gesäßmuskel", "glúteo"),
        "ham": Muscle("hamstring", "Beinbeuger", "isquiotibial"),
        "glute_med": Muscle("glute medius", "mittlerer Gesäßmuskel", "glúteo medio"),
        "glute_upper": Muscle("upper glute", "oberer Gesäßmuskel", "glúteo superior"),
        "glute_lower": Muscle("lower glute", "unterer Gesäßmuskel", "glúteo inferior"),
        "ham_medial": Muscle("inner hamstring", "innerer Beinbeuger", "isquiotibial interno"),
        "ham_lateral": Muscle("outer hamstring", "äußerer Beinbeuger", "isquiotibial externo"),
        "quad": Muscle("quadriceps", "Oberschenkelstrecker", "cuádriceps"),
        "adductor": Muscle("adductor", "Schenkelanzieher", "aductor"),
        "calf": Muscle("calf", "Wade", "gemelo", feminine=frozenset({"de"})),
        "erector": Muscle("back extensor", "Rückenstrecker", "erector espinal"),
    }
)
SITES: Final = tuple(f"{muscle}_{side}" for muscle in MUSCLES for side in Side)

READY, TAP, CHECK = "ready", "tap", "check"
"""What is said of a muscle; each with its site is a prompt of its own."""

_LEGS: Final[Mapping[WorkingSide, Sentence]] = {
    Side.LEFT: Sentence("Left leg", "Linkes Bein", "Pierna izquierda"),
    Side.RIGHT: Sentence("Right leg", "Rechtes Bein", "Pierna derecha"),
    Legs.BOTH: Sentence("Both legs", "Beide Beine", "Ambas piernas"),
    Legs.ALTERNATING: Sentence("Leg after leg", "Ein Bein nach dem anderen", "Una pierna tras otra"),
}

_SET_UP: Final[Mapping[str, Sentence]] = {
    # contact, sides, rest
    "lie_loose": Sentence(
        "Lie on your front, and let every muscle go loose.",
        "Leg dich auf den Bauch, und lass alle Muskeln locker.",
        "Túmbate boca abajo, y relaja todos los músculos.",
    ),
    "check_electrodes": Sentence(
        "Check the electrodes.", "Bitte die Elektroden prüfen.", "Revisa los electrodos."
    ),
    "hum": Sentence(
        "Mains hum. Run the laptop on its battery.",
        "Netzbrummen. Den Laptop vom Netzteil nehmen.",
        "Zumbido de red: desenchufa el portátil.",
    ),
    "lie_still": Sentence("Lie still.", "Bleib ruhig liegen.", "No te muevas."),
    "still_relax": Sentence(
        "Lie still, and relax.", "Bleib ruhig liegen, ganz locker.", "No te muevas, y relájate."
    ),
    "still_again": Sentence(
        "Once more. Lie still, and relax.",
        "Noch einmal. Ruhig liegen, ganz locker.",
        "Otra vez. No te muevas, y relájate.",
    ),
    "tap_sensor": Sentence(
        "Now tap the sensor, twice.", "Tippe zweimal auf den Sensor.", "Toca dos veces el sensor."
    ),
    "tap_again": Sentence(
        "No tap seen. Once more, a little firmer.",
        "Nichts gesehen. Noch einmal, etwas fester.",
        "Sin toque. Otra vez, un poco más fuerte.",
    ),
    "lift_left": Sentence("Lift the left leg.", "Linkes Bein anheben.", "Levanta la pierna izquierda."),
    "lift_right": Sentence("Lift the right leg.", "Rechtes Bein anheben.", "Levanta la pierna derecha."),
    # maxima and lighter efforts
    "position_prone_hip_extension": Sentence(
        "Knee bent. Heel to the ceiling.",
        "Knie gebeugt. Ferse zur Decke.",
        "Dobla la rodilla. Talón hacia el techo.",
    ),
    "position_prone_knee_curl": Sentence(
        "Pull the heel to the buttock.", "Ferse zum Gesäß ziehen.", "Tira del talón hacia el glúteo."
    ),
    "position_standing_squeeze": Sentence(
        "Stand up. Squeeze the buttock.", "Steh auf. Gesäß anspannen.", "Levántate. Aprieta el glúteo."
    ),
    "ready": Sentence("Get ready.", "Mach dich bereit.", "Prepárate."),
    "push": Sentence(
        "Push! As hard as you can!", "Drücken! So fest du kannst!", "¡Empuja! ¡Tan fuerte como puedas!"
    ),
    "pull": Sentence(
        "Pull! As hard as you can!", "Ziehen! So fest du kannst!", "¡Tira! ¡Tan fuerte como puedas!"
    ),
    "squeeze": Sentence(
        "Squeeze! As hard as you can!", "Anspannen! So fest du kannst!", "¡Aprieta! ¡Tan fuerte como puedas!"
    ),
    "effort_25": Sentence("Lightly, and hold.", "Leicht, und halten.", "Suave, y aguanta."),
    "effort_50": Sentence(
        "Half your strength, and hold.", "Halbe Kraft, und halten.", "A media fuerza, y aguanta."
    ),
    "effort_75": Sentence("Strong, and hold.", "Kräftig, und halten.", "Fuerte, y aguanta."),
    "bridge": Sentence(
        "Now the bridge, on both legs.",
        "Jetzt die Brücke, auf beiden Beinen.",
        "Ahora el puente, con ambas piernas.",
    ),
    "bridge_lift": Sentence(
        "Lift the hips, and hold.", "Hüfte anheben, und halten.", "Sube la cadera, y aguanta."
    ),
    "relax": Sentence("Relax.", "Locker lassen.", "Relájate."),
}

_HOLDS: Final[Mapping[str, Sentence]] = {
    "take_position": Sentence("Take the position.", "Position einnehmen.", "Toma la posición."),
    "go": Sentence("Go!", "Los!", "¡Ya!"),
    "last_one": Sentence("Last one.", "Das letzte Mal.", "La última vez."),
    "rest": Sentence("Rest.", "Pause.", "Descansa."),
    "foot_down": Sentence("Foot down. Once more.", "Fuß abgesetzt. Noch einmal.", "Pie abajo. Otra vez."),
    "once_more": Sentence(
        "The signal was not good. Once more.",
        "Das Signal war nicht gut. Noch einmal.",
        "La señal no fue buena. Otra vez.",
    ),
    "done": Sentence("Done. Well done.", "Fertig. Gut gemacht.", "Listo. Bien hecho."),
}

_PAIN: Final[Mapping[str, Sentence]] = {
    "pain_effort": Sentence("Did it hurt?", "Schmerzen?", "¿Te dolió?"),
    "pain_effort_scale": Sentence(
        "How much did it hurt, from zero to ten?",
        "Wie weh tat es, von null bis zehn?",
        "¿Cuánto te dolió, de cero a diez?",
    ),
    "pain_worst": Sentence(
        "Worst pain in the last holds, from zero to ten?",
        "Stärkster Schmerz beim Halten, von null bis zehn?",
        "¿Peor dolor en los aguantes, de cero a diez?",
    ),
    "pain_now": Sentence(
        "Pain now, from zero to ten?", "Schmerz jetzt, von null bis zehn?", "¿Dolor ahora, de cero a diez?"
    ),
    "pain_high": Sentence(
        "That is a lot of pain. Better stop for today.",
        "Das sind starke Schmerzen. Für heute lieber Schluss.",
        "Es mucho dolor. Mejor para por hoy.",
    ),
}

_AT_ANY_TIME: Final[Mapping[str, Sentence]] = {
    "paused": Sentence("Paused.", "Angehalten.", "En pausa."),
    "going_on": Sentence("Going on.", "Es geht weiter.", "Seguimos."),
    "question": Sentence(
        "A question for you, on the screen.",
        "Eine Frage an dich, auf dem Bildschirm.",
        "Una pregunta para ti, en la pantalla.",
    ),
    "no_signal": Sentence("No signal.", "Kein Signal.", "Sin señal."),
    "signal_back": Sentence("The signal is back.", "Das Signal ist wieder da.", "La señal ha vuelto."),
    "stopped": Sentence(
        "It stops here. Look at the screen.",
        "Hier ist Schluss. Bitte auf den Bildschirm sehen.",
        "Aquí termina. Mira la pantalla.",
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
                f"{_capital(said.en)}. Get ready.",
                f"{_capital(said.de)}. Bereit.",
                f"{_capital(said.es)}. Prepárate.",
            )
            found[f"{TAP}_{site}"] = Sentence(
                f"Now tap the {said.en} sensor, twice.",
                f"{_capital(said.de)}: zweimal auf den Sensor tippen.",
                f"{_capital(said.es)}: toca dos veces el sensor.",
            )
            found[f"{CHECK}_{site}"] = Sentence(
                f"{_capital(said.en)}: check the electrode.",
                f"{_capital(said.de)}: Elektrode prüfen.",
                f"{_capital(said.es)}: revisa el electrodo.",
            )
    return found


def _of_legs() -> dict[str, Sentence]:
    found = {}
    for side, leg in _LEGS.items():
        found[leg_prompt(side)] = Sentence(f"{leg.en}.", f"{leg.de}.", f"{leg.es}.")
        found[next_prompt(side)] = Sentence(
            f"{leg.en} next.", f"Als Nächstes: {leg.de}.", f"Siguiente: {leg.es}."
        )
    return found


SPOKEN: Final[Mapping[str, Sentence]] = MappingProxyType(
    {**_SET_UP, **_HOLDS, **_PAIN, **_AT_ANY_TIME, **_of_legs(), **_of_sites()}
)
"""Text of every prompt by its code, which is also the name of its file."""
