"""Contact as a Stage: everybody lies relaxed until every electrode pair reads, or somebody says go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from emg.activation import Activations
from emg.blocks import Unit
from emg.codes import ACCEPTED, CommandKind, EventKind, Phase
from emg.contact_rules import RULES, at_rest
from emg.input_events import notch_event
from emg.live_view import StageView
from emg.maximum import REST_LIMIT_UV
from emg.quality import INVALID, MAINS_HZ_OF, NO_READING, VERDICTS
from emg.question import was_unread
from emg.stage import Command, Event, JsonValue, StageStart, Step

STEADY_S: Final = 4.0
"""So long, without a break, nothing may stop: as far back as the slowest verdict looks, which is on the last
three whole seconds (``docs/contact.md``). No key shortens it: before, not every verdict is known."""

GIVES_UP_S: Final = 20.0
"""Where nobody is there to press an electrode on, the session ends after so long."""

LATELY_S: Final = 10.0
"""What has stood in the way so lately is among the reasons, though it comes and goes as a loose wire does."""

SHOWN_AFTER_S: Final = 1.0
"""Until then "no reading" only means that the check has just begun."""

WITHOUT_CONTACT: Final = frozenset({"railed", "no_reading"})
"""All that can be told of an input that shows no contact, an envelope."""

_WORST_FIRST: Final = tuple(rule.code for rule in RULES)
_STOPS: Final = frozenset(rule.code for rule in RULES if rule.stops)


@dataclass(frozen=True, slots=True)
class _Finding:
    """What is found of one electrode pair.

    Attributes
    ----------
    code : str
        The verdict.
    stops : bool
        Whether it stands in the way.
    mains_hz : float or None
        Frequency of a hum.
    """

    code: str = "ok"
    stops: bool = False
    mains_hz: float | None = None

    @property
    def reason(self) -> str:
        """Code as a reason, a hum with its frequency."""
        return f"contact_{self.code}" if self.mains_hz is None else f"contact_{self.code}_{self.mains_hz:.0f}"

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Order of findings: what stops comes first, then the worst."""
        return not self.stops, _WORST_FIRST.index(self.code), self.reason


class ContactStage:
    """A Stage: one verdict for each electrode pair while the muscles are asked for nothing.

    It ends by itself once nothing has stopped it for 4 s. Attended, it waits as long as that takes: Next
    goes on with what there is, which leaves a notice, or takes the mains out where that is proposed; Back
    declines, and begins the check anew. A dead wire is told before the mains are, since no filter mends it.
    With nobody there it ends the session after 20 s, with the reason.

    Parameters
    ----------
    sites : sequence of str
        Measured sites, in the order of the ticks' columns.
    unit : Unit
        No rule in microvolts applies to arbitrary units.
    attended : bool
        Whether somebody can press a key.
    can_tell : bool
        False for an envelope, of which only clipping and silence can be told.
    """

    code = "contact"

    def __init__(self, sites: Sequence[str], unit: Unit, *, attended: bool, can_tell: bool = True) -> None:
        self._sites = tuple(sites)
        self._attended = attended
        self._can_tell = can_tell
        self._in_uv = unit is Unit.MICROVOLT and can_tell
        self._start = StageStart(0, "", 1.0)
        self._sample = 0
        self._declined = self._notched = self._paused = False
        self._message = ""
        self._tick_s = 0.0
        self._offer: str | None = None
        self._offered_from = 0
        self.done = False
        self._forget()

    def _forget(self) -> None:
        """Begin the check anew: nothing is known."""
        self._n_ticks = self._n_steady = 0
        self._present = dict.fromkeys(self._sites, _Finding())
        self._stopped: dict[tuple[str, _Finding], int] = {}
        self._borne: frozenset[str] = frozenset()

    def begin(self, start: StageStart) -> Sequence[Event]:
        """Start, or start anew."""
        self._start = start
        self._sample = start.sample
        self._declined = self._notched = self._paused = self.done = False
        self._message = ""
        return self._again()

    def _again(self) -> list[Event]:
        self._forget()
        self._show()
        return [self._event(EventKind.PREPARE, phase=Phase.BASELINE.value)]

    def _event(self, kind: EventKind, **detail: JsonValue) -> Event:
        return Event(self._sample, kind, run=self._start.run, detail={"exercise": self.code, **detail})

    def advance(self, activations: Activations) -> Step:
        """Take ticks until they end or the stage is done."""
        self._tick_s = activations.spacing / activations.fs_hz
        # what was lost on the way says nothing about an electrode, and takes none of the time
        unknown = (activations.lost > 0) & (activations.verdicts == NO_READING).all(axis=1)
        for position in range(len(activations)):
            self._sample = int(activations.samples[position])
            if unknown[position]:
                continue
            verdicts, slow_uv = (
                row[position].tolist() for row in (activations.verdicts, activations.slow_uv)
            )
            self._see(map(self._finding, verdicts, slow_uv))
            ended = self._ended()
            if ended:
                return Step(ended, position + 1)
        return Step((), len(activations))

    def _finding(self, verdict: int, slow_uv: float) -> _Finding:
        """Find what a verdict means where everybody is asked to lie loose."""
        code = VERDICTS[verdict]
        if not self._can_tell and code not in WITHOUT_CONTACT:
            return _Finding()
        if self._in_uv:
            code = at_rest(code, slow_uv)
        stops = slow_uv > REST_LIMIT_UV if code == "noisy_rest" else code in _STOPS
        return _Finding(code, stops, MAINS_HZ_OF.get(verdict))

    def _see(self, findings: Iterable[_Finding]) -> None:
        """Take one tick."""
        self._n_ticks += 1
        self._present = dict(zip(self._sites, findings, strict=True))
        stopping = [(site, found) for site, found in self._present.items() if found.stops]
        self._stopped.update(dict.fromkeys(stopping, self._n_ticks))
        self._n_steady = 0 if stopping else self._n_steady + 1
        self._show()

    def _show(self) -> None:
        """Note since when the screen says what the keys do: None for nothing yet."""
        offer = self._proposal if self._shown else None
        if offer != self._offer:
            self._offer, self._offered_from = offer, self._sample

    @property
    def _shown(self) -> bool:
        return self._n_ticks * self._tick_s >= SHOWN_AFTER_S

    def _ended(self) -> list[Event]:
        """Go on when nothing stops any more; with nobody there give up in time."""
        if self._n_steady * self._tick_s >= STEADY_S:
            return self._go_on()
        if not self._attended and self._n_ticks * self._tick_s >= GIVES_UP_S:
            return self._refuse()
        return []

    @property
    def _known(self) -> bool:
        """Whether every verdict has had its time."""
        return self._n_ticks * self._tick_s >= STEADY_S

    def _go_on(self, accepted: Sequence[str] = ()) -> list[Event]:
        """End well; each reason that is gone on with leaves a notice."""
        self.done = True
        verdicts: dict[str, JsonValue] = {site: found.code for site, found in self._present.items()}
        return [
            *(self._event(EventKind.NOTICE, code=ACCEPTED, message=reason) for reason in accepted),
            self._event(EventKind.CHECKED, check=self.code, verdicts=verdicts, accepted=bool(accepted)),
        ]

    def _refuse(self) -> list[Event]:
        """End the session with the worst of what has lately stood in the way."""
        self._message = _reasons(self._lately(LATELY_S))[0]
        self.done = True
        return [self._event(EventKind.REFUSED, reason=self._message)]

    def _lately(self, seconds: float) -> list[tuple[str, _Finding]]:
        """Say what has stood in the way in the last seconds, in the order of the sites, the latest last."""
        since = self._n_ticks - seconds / self._tick_s
        lately = [(tick, *what) for what, tick in self._stopped.items() if tick > since]
        lately.sort(key=lambda told: (self._sites.index(told[1]), told[0]))
        return [(site, found) for _, site, found in lately]

    def command(self, command: Command) -> Step:
        """Next goes on, or does what is proposed; Back and the end of a pause begin anew."""
        self._sample = self._sample if command.applied_sample is None else command.applied_sample
        if command.kind in (CommandKind.NEXT, CommandKind.BACK) and self._unread(command):
            return Step()
        match command.kind:
            case CommandKind.PAUSE:
                self._paused = True
            case CommandKind.RESUME if self._paused:
                self._paused = False
                return Step(self._again())
            case CommandKind.BACK:
                self._declined = self._declined or bool(self._offer)
                return Step(self._again())
            case CommandKind.NEXT if self._attended:
                return Step(self._next())
            case _:
                pass
        return Step()

    def _unread(self, command: Command) -> bool:
        """Whether a key was meant for what stood on the screen before."""
        return was_unread(command, self._offered_from, self._start.fs_hz)

    def _next(self) -> list[Event]:
        """Take the mains out, or go on with what there is: one site at least must read."""
        mains_hz = self._mains_hz
        if self._offer and mains_hz is not None:
            self._notched = True
            return [notch_event(self._sample, mains_hz, self._start.run), *self._again()]
        if not self._known or len(self._dead) == len(self._sites):
            return []
        self._borne = self._dead
        self._show()
        if self._offer:  # the dead wire is borne, what can be mended is not
            return []
        return self._go_on(_reasons(dict(self._lately(STEADY_S)).items()))

    @property
    def _dead(self) -> frozenset[str]:
        """Sites that give no reading."""
        return frozenset(site for site, found in self._present.items() if found.code in INVALID)

    @property
    def _mains_hz(self) -> float | None:
        """Frequency that most sites hum with."""
        hums = Counter(found.mains_hz for found in self._present.values() if found.mains_hz is not None)
        return max(sorted(hums), key=lambda hz: hums[hz]) if hums else None

    @property
    def _proposal(self) -> str:
        """What Next does other than go on: one notch, asked once, and not before the dead wires are told."""
        mains_hz = self._mains_hz
        asked = self._declined or self._notched
        if mains_hz is None or not self._attended or asked or not self._dead <= self._borne:
            return ""
        return f"notch:{mains_hz:.0f}"

    def view(self) -> StageView:
        """Show every finding, the worst in words, and what Next would do."""
        stops = any(found.stops for found in self._present.values())
        left_s = max(STEADY_S - self._n_steady * self._tick_s, 0.0)
        found_now = self._present if self._shown else {}
        return StageView(
            stage=self.code,
            phase=Phase.PAUSED if self._paused else Phase.BASELINE,
            task="relax",
            countdown_s=None if self._paused or stops else left_s,
            elapsed_s=self._n_ticks * self._tick_s,
            message=self._message or next(iter(_reasons(found_now.items())), ""),
            proposal=self._offer or "",
            contact={site: found.code for site, found in found_now.items()},
        )


def _reasons(found: Collection[tuple[str, _Finding]]) -> list[str]:
    """Give the findings with their sites, ``contact_flat:ham_left``, the worst first; none if all is well."""
    worst_first = sorted({one for _, one in found if one.code != "ok"}, key=lambda one: one.rank)
    return [f"{one.reason}:{','.join(site for site, same in found if same == one)}" for one in worst_first]
