# SPDX-License-Identifier: MIT
"""A picture of the blocks that a plan uses."""

from typing import Any, Sequence

from nengo_dl.plan.sort.blocks import io_columns


def display_signal_blocks(plan: Sequence[Sequence[Any]], signals: Sequence[Any]) -> str:
    """
    Draw which signals each group uses: good orders have few gaps.

    Parameters
    ----------
    plan : sequence of sequence of nengo.builder.Operator
        Groups of operators.
    signals : sequence of nengo.builder.Signal
        Base signals in memory order.

    Returns
    -------
    str
        A line per group and position, which says what the group is and has one
        character per signal: a mark where it is used, a dot where it is not.
    """
    lines = []
    for number, (group, columns) in enumerate(zip(plan, io_columns(plan))):
        for position, column in enumerate(columns):
            used = {signal.base for signal in column}
            picture = "".join("#" if signal in used else "." for signal in signals)
            title = f"{number} {type(group[0]).__name__}[{position}] x{len(group)}"
            lines.append(f"{title:<32} {picture}")
    return "\n".join(lines)
