# SPDX-License-Identifier: MIT
"""Connections of random networks that learn."""

from typing import Any, NamedTuple

import nengo
import numpy as np
from hypothesis import strategies as st

from .kinds import SYNAPSES
from .links import End, find
from .parts import numbers

RULES = {
    "PES": lambda synapse: nengo.PES(1e-3, pre_synapse=synapse),
    "Voja": lambda synapse: nengo.Voja(1e-4, post_synapse=synapse),
    "BCM": lambda synapse: nengo.BCM(1e-11, pre_synapse=synapse),
    "Oja": lambda synapse: nengo.Oja(1e-8, pre_synapse=synapse),
}
if hasattr(nengo, "RLS"):
    RULES["RLS"] = lambda synapse: nengo.RLS(1e-3, pre_synapse=synapse)
FILTERS = [nengo.Lowpass(0.005), nengo.Alpha(0.003)]


class Lesson(NamedTuple):
    """
    A connection with a learning rule; its numbers come from `seed`.

    `teacher` is the part that gives the error, if the rule takes one; `full` asks for
    weights between neurons in place of decoders.
    """

    pre: int
    post: int
    rule: str
    synapse: Any
    rule_synapse: Any
    teacher: int
    full: bool
    seed: int


@st.composite
def lessons(draw, made):
    """A connection that learns, of a rule that fits to its sides."""
    able = [i for i, part in enumerate(made) if part.has_neurons]
    others = [i for i, part in enumerate(made) if part.kind != "input"]
    rule = draw(st.sampled_from(sorted(RULES)))
    pre = draw(st.sampled_from(range(len(made)) if rule == "Voja" else able))
    post = draw(st.sampled_from(others if rule in ("PES", "RLS") else able))
    return Lesson(
        pre,
        post,
        rule,
        draw(st.sampled_from(SYNAPSES)),
        draw(st.sampled_from(FILTERS)),
        draw(numbers(0, len(made) - 1)),
        rule == "PES" and post in able and draw(st.booleans()),
        draw(numbers(0, 9)),
    )


def make_lesson(made, objects, lesson):
    """Build the connection, that of its error, and a probe of what it learns."""
    rng = np.random.RandomState(lesson.seed)
    pre, post = made[lesson.pre], made[lesson.post]
    of_neurons = lesson.rule in ("BCM", "Oja")
    sizes = (post.n, pre.n) if of_neurons else (post.size, pre.size)
    options = {"synapse": lesson.synapse}
    if lesson.full:
        options["solver"] = nengo.solvers.LstsqL2(weights=True)
    connection = nengo.Connection(
        find(objects, End(lesson.pre, of_neurons), "output"),
        find(objects, End(lesson.post, of_neurons), "input"),
        transform=(1e-3 if of_neurons else 0.2) * rng.uniform(-1, 1, sizes),
        learning_rule_type=RULES[lesson.rule](lesson.rule_synapse),
        **options,
    )
    if not of_neurons:
        size = 1 if lesson.rule == "Voja" else post.size
        nengo.Connection(
            find(objects, End(lesson.teacher), "output"),
            connection.learning_rule,
            transform=rng.uniform(-1, 1, (size, made[lesson.teacher].size)),
            synapse=lesson.rule_synapse,
        )
    if lesson.rule == "Voja":
        return nengo.Probe(connection.learning_rule, "scaled_encoders")
    return nengo.Probe(connection, "weights")
