"""The tree that a screen reader walks, read from Qt's accessible interfaces and copied into plain nodes.

Qt owns an accessible interface and deletes it with its widget, and its Python wrapper does not learn that.
A wrapper that outlives its widget stays in Shiboken's map under the old address, is given out again for
whatever Qt makes at that address next, and is then called as what it was. So nothing of Qt may leave
`tree_of`: a loop over small windows that kept its wrappers crashed in each of three runs (PySide 6.10)
before 4,400 interfaces were asked, one that did not keep them asked 58,000 in each of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueInterface
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

Role = QAccessible.Role
Text = QAccessible.Text
Relation = QAccessible.RelationFlag
CONTROLS = frozenset(
    {
        Role.Button,
        Role.CheckBox,
        Role.RadioButton,
        Role.ComboBox,
        Role.EditableText,
        Role.SpinBox,
        Role.Slider,
        Role.List,
        Role.ListItem,
    }
)
"""What can be worked."""


@dataclass(frozen=True, slots=True)
class Node:
    """What a screen reader knows of one widget.

    Attributes
    ----------
    kind : str
        Class of the widget; NoneType for a part of one.
    role : QAccessible.Role
        What it is.
    name, value, description : str
        What is read, in this order.
    label : str
        Name of the label that belongs to it, which is read in the place of the name.
    number, least, most : float or None
        Its number and the ends of the range, for what has one.
    focusable, enabled : bool
        Whether the keyboard comes to it, and whether it can be worked.
    children : tuple of Node
        What is visible in it, in the order in which it is read.
    """

    kind: str
    role: QAccessible.Role
    name: str
    value: str
    description: str
    label: str
    number: float | None
    least: float | None
    most: float | None
    focusable: bool
    enabled: bool
    children: tuple[Node, ...]

    @property
    def said(self) -> str:
        """Everything that is read."""
        return ", ".join(filter(None, (self.label or self.name, self.value, self.description)))

    def walk(self) -> Iterator[Node]:
        """This node and all below, in the order in which they are read."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(window: QWidget) -> Node:
    """Read the tree of a window that is shown."""
    interface = QAccessible.queryAccessibleInterface(window)
    return _node(interface)


def wrappers_left() -> list[object]:
    """Wrappers of accessible interfaces that somebody still holds; see above why there must be none."""
    return [one for one in Shiboken.getAllValidWrappers() if isinstance(one, QAccessibleInterface)]


def _node(interface: QAccessibleInterface) -> Node:
    state = interface.state()
    number, least, most = _range(interface.valueInterface())
    below = (interface.child(index) for index in range(interface.childCount()))
    return Node(
        kind=type(interface.object()).__name__,
        role=interface.role(),
        name=interface.text(Text.Name),
        value=interface.text(Text.Value),
        description=interface.text(Text.Description),
        label=" ".join(other.text(Text.Name) for other, _ in interface.relations(Relation.Label)),
        number=number,
        least=least,
        most=most,
        focusable=bool(state.focusable),
        enabled=not state.disabled,
        children=tuple(_node(one) for one in below if _is_seen(one)),
    )


def _is_seen(interface: QAccessibleInterface | None) -> bool:
    return interface is not None and not interface.state().invisible


def _range(value: QAccessibleValueInterface | None) -> tuple[float | None, float | None, float | None]:
    """Number, least and most of what has them."""
    if value is None:
        return None, None, None
    return float(value.currentValue()), float(value.minimumValue()), float(value.maximumValue())
