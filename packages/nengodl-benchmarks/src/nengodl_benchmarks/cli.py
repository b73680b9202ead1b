# SPDX-License-Identifier: MIT
"""
The command line, ``nengodl-benchmarks``.

Commands can be chained, as in ``build --benchmark pes profile --time-only``.
"""

import dataclasses

import click

from . import report
from .demo import demonstrate, draw
from .errors import InvalidOption
from .experiments.mnist import (
    compare_training,
    draw_accuracy,
    load_digits,
    run_mnist,
)
from .measure import compare
from .networks import NETWORKS, build_network, find_network, find_neuron_type
from .plot import plot_ratios
from .profile import run_profile

#: The networks that ``compare`` runs when none is named.
USUAL = ("integrator", "cconv", "basal_ganglia", "pes")
#: What random_network needs beyond the common options, unless told otherwise.
USUAL_ARGUMENTS = {"n_ensembles": 20, "connections_per_ensemble": 5}


def parse_arguments(context, parameter, pairs):
    """
    Turn ``NAME=NUMBER`` options into a dict.

    Parameters
    ----------
    context : click.Context
        Ignored; click hands it to every callback.
    parameter : click.Parameter
        Ignored likewise.
    pairs : tuple of str
        The options.

    Returns
    -------
    dict of str to int
        Number by name.
    """
    arguments = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        try:
            arguments[name] = int(number)
        except ValueError:
            raise InvalidOption(
                f"--kwarg expects NAME=NUMBER with a whole number; got {pair!r}."
            ) from None
    return arguments


def check_device(context, parameter, device):
    """
    Refuse a GPU device when TensorFlow has no GPU, and say what to do.

    Parameters
    ----------
    context : click.Context
        Ignored; click hands it to every callback.
    parameter : click.Parameter
        Ignored likewise.
    device : str
        Name of a TensorFlow device.

    Returns
    -------
    str
        The name.
    """
    if "gpu" in device.lower():
        import tensorflow as tf  # slow to import, and only needed here

        if not tf.config.experimental.list_physical_devices("GPU"):
            raise InvalidOption(
                f"--device is {device}, but TensorFlow finds no GPU; "
                "use '--device /cpu:0'."
            )
    return device


kwarg_option = click.option(
    "--kwarg",
    "arguments",
    multiple=True,
    metavar="NAME=NUMBER",
    callback=parse_arguments,
    help="Further argument of the network's function; can be repeated.",
)


@click.group(chain=True)
@click.pass_context
def main(context):
    """Benchmarks of nengo_dl. Commands can be chained: build ... profile ..."""
    context.ensure_object(dict)


@main.command("compare")
@click.option(
    "--benchmark",
    "benchmarks",
    multiple=True,
    default=USUAL,
    show_default=True,
    help="Network, or 'all'; can be repeated.",
)
@click.option("--dimensions", default=64, show_default=True)
@click.option("--neurons-per-d", "--neurons_per_d", default=50, show_default=True)
@click.option(
    "--neuron-type",
    "--neuron_type",
    "neuron_types",
    multiple=True,
    default=("RectifiedLinear", "LIF"),
    show_default=True,
    help="Class of nengo or nengo_dl; can be repeated.",
)
@kwarg_option
@click.option(
    "--batch-size",
    "--batch_size",
    "batch_sizes",
    type=int,
    multiple=True,
    help="Number of items; can be repeated.  [default: one, without a batch axis]",
)
@click.option("--n-steps", "--n_steps", default=1000, show_default=True)
@click.option("--rounds", default=5, show_default=True)
@click.option("--unroll", default=1, show_default=True)
@click.option("--dtype", type=click.Choice(["float32", "float64"]), default="float32")
@click.option(
    "--jit/--no-jit", default=None, help="Compile with XLA or not.  [default: auto]"
)
@click.option("--output", type=click.Path(dir_okay=False), help="JSON file to write.")
@click.option("--plot", type=click.Path(dir_okay=False), help="Bar plot to write.")
def compare_command(
    benchmarks, neuron_types, batch_sizes, arguments, jit, output, plot, **options
):
    """Compare with nengo, taking turns in one process."""
    names = list(NETWORKS) if "all" in benchmarks else benchmarks
    # before anything runs, so that a typing error costs no time
    for name in names:
        find_network(name)
    for name in neuron_types:
        find_neuron_type(name)
    options["jit_compile"] = "auto" if jit is None else jit
    options["arguments"] = dict(USUAL_ARGUMENTS, **arguments)
    click.echo(report.header())
    results = []
    for neuron_type in neuron_types:
        for minibatch_size in batch_sizes or (None,):
            for name in names:
                result = compare(
                    name,
                    neuron_type=neuron_type,
                    minibatch_size=minibatch_size,
                    **options,
                )
                click.echo(report.row(result) + "\n" + report.details(result))
                results.append(result)
                if output:
                    # after each, so that an error later on loses nothing
                    report.write_json(output, "compare", [r.as_dict() for r in results])
    if plot:
        plot_ratios(plot, results)


@main.command()
@click.option("--benchmark", default="cconv", show_default=True)
@click.option("--dimensions", default=128, show_default=True)
@click.option("--neurons_per_d", "--neurons-per-d", default=64, show_default=True)
@click.option(
    "--neuron_type", "--neuron-type", default="RectifiedLinear", show_default=True
)
@kwarg_option
@click.pass_obj
def build(shared, benchmark, neuron_type, arguments, **options):
    """Build a network for the commands that follow."""
    options.update(arguments, neuron_type=find_neuron_type(neuron_type))
    shared["net"] = build_network(benchmark, **options)
    described = ", ".join(f"{k}={options[k]}" for k in sorted(options))
    click.echo(f"Building {benchmark}({described})")


@main.command()
@click.option("--train/--no-train", default=False, help="Time training.")
@click.option("--n_steps", "--n-steps", default=150, show_default=True)
@click.option("--batch_size", "--batch-size", default=1, show_default=True)
@click.option("--device", default="/gpu:0", callback=check_device, show_default=True)
@click.option("--unroll", default=25, show_default=True)
@click.option("--time-only", is_flag=True, help="Write no profiling data.")
@click.pass_obj
def profile(shared, train, n_steps, batch_size, device, unroll, time_only):
    """Time the network that 'build' made before."""
    if "net" not in shared:
        raise InvalidOption(
            "'profile' needs a network; put 'build' before it, as in "
            "'build --benchmark integrator profile'."
        )
    shared["time"] = run_profile(
        shared["net"],
        train=train,
        n_steps=n_steps,
        do_profile=not time_only,
        minibatch_size=batch_size,
        device=device,
        unroll_simulation=unroll,
    )


@main.command()
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    default="demo.png",
    show_default=True,
    help="Picture to write.",
)
@click.option("--neurons", default=2000, show_default=True, help="Number of neurons.")
@click.option("--time", default=4.0, show_default=True, help="Simulated seconds.")
def demo(output, neurons, time):
    """Simulate a spiking network with nengo and nengo_dl, and draw both."""
    n_steps = int(round(time / 0.001))
    if neurons < 1 or n_steps < 1:
        raise InvalidOption(
            "--neurons must be at least 1 and --time at least 0.001; "
            f"got {neurons} and {time}."
        )
    found = demonstrate(neurons, n_steps, say=click.echo)
    draw(output, found)
    click.echo(found.summary())
    click.echo(f"Picture:   {output}")


@main.command()
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False),
    help="Images and labels (.npz).  [default: MNIST, by Keras]",
)
@click.option("--epochs", default=15, show_default=True)
@click.option("--minibatch-size", default=200, show_default=True)
@click.option("--steps", default=50, show_default=True, help="Presentation time in ms.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False),
    default="mnist.png",
    show_default=True,
    help="Picture to write.",
)
@click.option(
    "--report",
    "report_path",
    type=click.Path(dir_okay=False),
    help="JSON file to write.",
)
@click.option(
    "--compare",
    "against_keras",
    is_flag=True,
    help="Time training against a Keras model, too.",
)
@click.option("--rounds", default=7, show_default=True, help="Rounds of --compare.")
def mnist(
    data, epochs, minibatch_size, steps, output, report_path, against_keras, rounds
):
    """Train a convolutional network with rates, and run it with spikes."""
    digits = load_digits(data)
    results = []
    if against_keras:
        times = compare_training(digits, minibatch_size, rounds=rounds)
        click.echo(times.summary())
        results.append(times)
    found = run_mnist(digits, epochs, minibatch_size, steps, say=click.echo)
    draw_accuracy(output, found)
    click.echo(found.summary() + f"\nPicture: {output}")
    if report_path:
        results.append(found)
        report.write_json(
            report_path, "mnist", [dataclasses.asdict(r) for r in results]
        )
