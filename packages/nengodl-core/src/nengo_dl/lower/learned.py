# SPDX-License-Identifier: MIT
"""Join the change of learned weights with the product that reads them next.

A deferred learning rule makes its change when the step starts, and the weights, which are
the old ones plus the change, are read by one product and become state. Computed one after
the other that is three passes over the weights, joined it is one.
"""

from typing import Any, List, NamedTuple, Optional, Tuple

from nengo.builder.operator import DotInc

from nengo_dl.lower.recipe import Part, Recipe, Slices
from nengo_dl.lower.registry import RULES
from nengo_dl.lower.rule import Operands, Rule
from nengo_dl.lower.schedule import Compute, Schedule

# Which weights the kernel pays for: times without it, divided by those with it, are (TF
# 2.21, AMD Zen 3, 2 cores, ``python -m nengodl_benchmarks.experiments.kernels columns``)
#
# - 0.6 to 0.8 for 100 to 3200 rows of 8 columns, which fill few vectors, but 1.4 to 3.0 of
#   16, 2.5 to 3.7 of 32, 1.4 to 2.1 of 48, 0.7 to 1.2 of 64 (XLA's own product is at its
#   best), 0.9 to 2.3 of 96 and 128, 1.7 to 1.8 of 500; with a decay up to 40 % less;
# - 0.1 to 0.6 for 2 rows, 0.4 to 1.1 for 10 rows and 0.5 to 1.6 for 32 rows of up to 500: a
#   call of the kernel takes 0.25 us more than a loop of XLA. Few rows are worth it where
#   weights are many, in one matrix or several; for those, loops with other shapes (not in
#   the table) gave 0.8 to 1.1 for 16,000 to 50,000 weights, 1.3 to 2 from 64,000.
MIN_COLUMNS = 16
MIN_ROWS = 32
MIN_WEIGHTS = 1 << 15


class Pair(NamedTuple):
    """A learning rule, the product that reads its target, and the target's home."""

    rule: Compute
    product: Compute
    home: int


def join_learning(schedule: Schedule) -> Schedule:
    """
    Join each learning rule with a product, where its change is used for nothing else.

    Parameters
    ----------
    schedule : Schedule
        The step.

    Returns
    -------
    Schedule
        The same step with fewer passes over learned weights.
    """
    for action in schedule.actions:
        if isinstance(action, Compute) and action.rule.change is not None:
            pair = _find(schedule, action)
            schedule = schedule if pair is None else _join(schedule, pair)
    return schedule


def _find(schedule, rule) -> Optional[Pair]:
    """Find the product that a rule can be joined with."""
    (changed,) = rule.results
    readers = [
        (action, number)
        for action in schedule.actions
        for number, recipe in enumerate(_recipes(action))
        if _uses(recipe, changed)
    ]
    homes = [home for home, recipe in schedule.state.items() if _uses(recipe, changed)]
    if len(readers) != 1 or len(homes) != 1:
        return None
    ((product, number),), (home,) = readers, homes
    pair = Pair(rule, product, home)
    seen = any(_uses(recipe, changed) for recipe, _ in schedule.probes)
    return pair if number == 0 and not seen and _fits(schedule, pair) else None


def _fits(schedule, pair) -> bool:
    """Whether the product is one of the very weights that become state."""
    rule, product, home = pair
    # the very rule: a subclass may have another one, of the user's
    if not isinstance(product, Compute) or product.rule is not RULES[DotInc]:
        return False
    n, rows, columns = (product.shapes[0] + (0, 0, 0))[:3]
    state = schedule.state[home]
    old = _whole(home, state.length)
    reads_target = rule.rule.change.weights
    return (
        product.reads[0] is state
        and set(state.layers)
        == set(old.layers + _whole(rule.results[0], state.length).layers)
        and product.shapes == ((n, rows, columns), (n, columns))
        and _pays(n, rows, columns)
        and len(rule.ops) == len(product.ops) == n
        and not (rule.last or product.last or rule.sizes or product.sizes)
        and set(rule.folds + product.folds) == {1}
        and (reads_target is None or rule.reads[reads_target].layers == old.layers)
    )


def _pays(n, rows, columns) -> bool:
    """Whether the kernel is faster for n matrices of a shape than what XLA makes."""
    many = rows >= MIN_ROWS or n * rows * columns >= MIN_WEIGHTS
    return many and columns >= MIN_COLUMNS


def _join(schedule, pair) -> Schedule:
    rule, product, home = pair
    state = schedule.state[home]
    old = _whole(home, state.length)
    # the source of the change becomes that of the changed weights
    joined = Compute(
        _joined_rule(pair),
        rule.ops,
        (old, *rule.reads, product.reads[1]),
        (product.shapes[0], *rule.shapes, product.shapes[1]),
        (1,) * (len(rule.reads) + 2),
        None,
        False,
        (rule.results[0], product.results[0]),
    )
    actions: List[Any] = [
        joined if action is product else action
        for action in schedule.actions
        if action is not rule
    ]
    new = _whole(rule.results[0], state.length)
    return schedule._replace(
        actions=tuple(actions), state={**schedule.state, home: new}
    )


def _joined_rule(pair) -> Rule:
    """Say what the pair computes: changed weights, and the product with them."""
    factors = pair.rule.rule.change.factors
    writes = {
        learning: Operands(
            (), (), pair.rule.rule.operands(learning).writes[:1] + product
        )
        for learning, product in zip(
            pair.rule.ops,
            [pair.product.rule.operands(op).writes for op in pair.product.ops],
        )
    }

    def lower(ctx, weights, *reads):
        pre, change, decay = factors(ctx, *reads[:-1])
        return ctx.kernels.learned_product(weights, pre, change, reads[-1], decay)

    return Rule(lower, lambda op: (), writes.__getitem__)


def _recipes(action) -> Tuple[Recipe, ...]:
    return action.reads if isinstance(action, Compute) else (action.recipe,)


def _uses(recipe, source) -> bool:
    return any(part.source == source for layer in recipe.layers for part in layer.parts)


def _whole(source, length) -> Recipe:
    return Recipe((Slices((Part(source, 0, length),)),), length)
