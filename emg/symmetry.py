"""Left against right in one number; the plain quotient is ``activation.limb_symmetry_index_pct``.

All of them are built on %MVC, never on microvolts: between sides the layer of fat and the electrodes
differ. A difference of 15 % is often quoted as a limit. It is a convention from strength tests, not
evidence: a maximum alone repeats within 9 to 36 % (Norcross et al. 2010), so 85 % is inside the noise.
"""

from __future__ import annotations

import math


def symmetry_index_pct(left: float | None, right: float | None) -> float | None:
    """Difference over the mean of both sides: ``100 (R - L) / ((R + L) / 2)``.

    Parameters
    ----------
    left, right : float or None
        The same quantity on both sides, 0 or more.

    Returns
    -------
    float or None
        -200 to 200 %, 0 = symmetric, + = right greater; R = 2 L gives 66.7. None where a side is missing
        or negative, or both are 0.

    References
    ----------
    Robinson, Herzog and Nigg (1987), J Manipulative Physiol Ther 10:172-176.
    """
    sides = _comparable(left, right)
    if sides is None:
        return None
    left, right = sides
    return 100.0 * (right - left) / (0.5 * (right + left))


def symmetry_angle_pct(left: float | None, right: float | None) -> float | None:
    """Angle between the point (R, L) and the line of equal sides: ``100 (45° - atan(L / R)) / 90°``.

    Unlike an index it needs no side to divide by. At least one published routine divides by 45° and so
    reads twice as much.

    Parameters
    ----------
    left, right : float or None
        The same quantity on both sides, 0 or more.

    Returns
    -------
    float or None
        -50 to 50 %, 0 = symmetric, + = right greater; R = 2 L gives 20.48. None where a side is missing
        or negative, or both are 0.

    References
    ----------
    Zifchock, Davis, Higginson and Royer (2008), Gait Posture 27:622-627.
    """
    sides = _comparable(left, right)
    if sides is None:
        return None
    left, right = sides
    return 100.0 * (45.0 - math.degrees(math.atan2(left, right))) / 90.0


def _comparable(left: float | None, right: float | None) -> tuple[float, float] | None:
    """Both sides, if they can be compared."""
    if left is None or right is None:
        return None
    known = math.isfinite(left) and math.isfinite(right)
    return (left, right) if known and min(left, right) >= 0.0 and max(left, right) > 0.0 else None
