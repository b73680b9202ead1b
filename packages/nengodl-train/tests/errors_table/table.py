# SPDX-License-Identifier: MIT
"""The table of errors, as far as training is concerned.

The core's tests compare it with the list of triggers. A test is named ``file::function``,
relative to the folder of this package's tests.
"""

DATA = "errors_table/test_data.py::test_"
TRAINING = "errors_table/test_training.py::test_"
GRADIENTS = "errors_table/test_gradients.py::test_"
EVERY = (DATA + "data",)

TABLE = {
    3: {
        "any run/train/loss/run_batch after close": (
            "errors_table/test_running.py::test_closed",
        ),
        "soft_reset, check_gradients, with after close": (
            "errors_table/test_running.py::test_closed",
        ),
    },
    4: {
        "rank != 3": EVERY,
        "node not an input node or foreign": EVERY,
        "probe foreign": EVERY,
        "key neither Node nor Probe": EVERY,
        "different batch sizes / step counts": EVERY,
        "batch < minibatch_size": EVERY,
        "last axis wrong": EVERY,
        "target for a probe no objective uses": (DATA + "unused_target",),
        "target needed but missing": (
            *EVERY,
            DATA + "a_direct_gradient_is_needed",
        ),
        "value not an array, empty dict": (
            *EVERY,
            DATA + "data_without_objective",
            DATA + "loss_takes_no_streams",
        ),
        "steps not multiple of unroll": EVERY,
        "truncation not multiple of unroll": (DATA + "truncation",),
        "batch not multiple of minibatch": (DATA + "uneven_batch",),
        "steps not multiple of truncation": (DATA + "uneven_truncation",),
    },
    5: {
        "optimizer is a dict": (TRAINING + "optimizer_is_a_dict",),
        "optimizer without apply_gradients": (TRAINING + "optimizer_is_none",),
        "objective missing with int data": (TRAINING + "objective_missing",),
        "objective not a dict": (TRAINING + "objective_is_no_dict",),
        "objective/outputs value not callable or None": (
            TRAINING + "functions",
            TRAINING + "results",
        ),
        "output function with 0 or > 2 arguments": (TRAINING + "functions",),
        "objective key not a probe": (
            TRAINING + "keys",
            TRAINING + "probe_of_another_network",
        ),
        "objective empty / data without probes / nothing trainable": (
            TRAINING + "objective_without_entries",
            TRAINING + "nothing_trainable",
            TRAINING + "nothing_trainable_without_network",
            TRAINING + "nothing_on_the_way",
        ),
        '"mse"': (TRAINING + "mse_by_name",),
        "training an inference-only network": (
            TRAINING + "inference_only",
            # what else can be wrong with the arguments
            TRAINING + "counts",
            TRAINING + "callbacks",
        ),
        "one-step training with filters": (TRAINING + "one_step",),
        "non-differentiable path (1.1.0)": (
            TRAINING + "python_on_the_way",
            TRAINING + "python_beside_the_way",
            TRAINING + "warnings_about_gradients_change_nothing",
        ),
        "summaries without tensorboard": (TRAINING + "summaries_without_tensorboard",),
        "unknown summary object": (
            TRAINING + "unknown_summary",
            "summaries/test_records.py::test_other_objects_are_refused",
        ),
        "unknown norm order in Regularize": (
            "test_regularize.py::test_unknown_orders",
        ),
    },
    6: {
        "check_gradients: NaN": (GRADIENTS + "wrong_gradients",),
        "check_gradients: mismatch": (
            GRADIENTS + "wrong_gradients",
            GRADIENTS + "tolerances",
            GRADIENTS + "outputs",
        ),
        "check_gradients inference-only": (GRADIENTS + "inference_only",),
    },
}
