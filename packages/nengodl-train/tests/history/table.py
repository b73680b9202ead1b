# SPDX-License-Identifier: MIT
"""Where the rows of the release history, and requirements, about training are tested.

The core's tests compare this table with the tests that it names.
"""

import runpy
from pathlib import Path

PACKAGES = Path(__file__).parents[3]
# makes an entry of tests, and perhaps of a reason
by = runpy.run_path(str(PACKAGES / "nengodl-core/tests/history/table.py"))["by"]

# rows of history.md, by area
ROWS = {
    "train": """21 27 29 30 32 33 34 35 36 37 38 40 41 43 45 50 53 57 60 61 62 67 68 89 103
        123 136 146 149 151 152 154 156 157 160 169 178 194 206 218 221 222""",
    # rows of other areas with a part that is about training
    "core": "63 112 163",
    "ops": "6",
}

R2 = "history/test_2_0_to_2_2.py::"
R1 = "history/test_1.py::"
R06 = "history/test_0_6.py::"
R05 = "history/test_0_5.py::"
R03 = "history/test_0_3_and_0_4.py::"
REQUIRED = "history/test_required.py::"
TRAINING = "errors_table/test_training.py::"
DATA = "errors_table/test_data.py::"

HISTORY = {
    6: by(R2 + "test_sparse_transforms"),
    21: by("test_objectives.py::test_names"),
    27: by("test_regularize.py::test_on_probes", "test_objectives.py::test_names"),
    29: by("test_objectives.py::test_names"),
    30: by(R2 + "test_mse_is_the_default"),
    32: by(R2 + "test_callable_objectives", "test_objectives.py::test_argument_counts"),
    33: by(R2 + "test_one_step_with_filters"),
    34: by(TRAINING + "test_mse_by_name"),
    35: by(R2 + "test_one_dict_of_data", TRAINING + "test_optimizer_is_a_dict"),
    36: by(TRAINING + "test_objective_is_no_dict"),
    37: by(R2 + "test_numbers_of_steps"),
    38: by(R2 + "test_tuples_of_probes"),
    40: by(R2 + "test_progress_bars"),
    41: by(R2 + "test_training_mode_of_loss"),
    43: by(R2 + "test_callable_objectives", R2 + "test_numbers_of_steps"),
    45: by(R2 + "test_global_step"),
    50: by(R2 + "test_steps_of_events"),
    53: by(R1 + "test_filters_over_two_steps", TRAINING + "test_one_step"),
    57: by(R1 + "test_neurons_at_the_threshold"),
    60: by(R1 + "test_connections_between_nodes"),
    61: by(R1 + "test_schedules"),
    62: by(R1 + "test_rates_stand_in_for_spikes"),
    63: by(TRAINING + "test_inference_only"),
    67: by(DATA + "test_unused_target"),
    68: by(R1 + "test_gradients_add_up_over_time"),
    89: by(
        TRAINING + "test_python_on_the_way",
        because="train.md 6: removed in 1.2.0, and recommended again",
    ),
    103: by(R1 + "test_direct_gradients"),
    112: by(R06 + "test_extra_feeds"),
    123: by(R06 + "test_momentum_goes_on"),
    136: by(R06 + "test_truncation", R06 + "test_state_flows_from_piece_to_piece"),
    146: by(R1 + "test_neurons_at_the_threshold"),
    149: by(R05 + "test_summaries"),
    151: by(R05 + "test_steps_are_counted"),
    152: by(R05 + "test_own_summaries"),
    154: by(R05 + "test_objectives_of_several_probes"),
    156: by(R05 + "test_targets_of_nan"),
    157: by(R05 + "test_objectives_of_several_probes", R05 + "test_two_equal_probes"),
    160: by(R05 + "test_optimizers_in_turn"),
    163: by(R05 + "test_parameters_are_live"),
    169: by(R05 + "test_profiles"),
    178: by(R05 + "test_simulation_goes_on"),
    194: by(R03 + "test_any_number_of_steps"),
    206: by(R03 + "test_any_number_of_steps"),
    218: by(R03 + "test_nothing_is_built_twice"),
    221: by(R03 + "test_loss_starts_from_the_reset_state"),
    222: by(R03 + "test_uneven_batches"),
}

# DEFECT, Required and OPEN of train.md, by section and the words in question
REQUIREMENTS = {
    "train 2: rows of targets": by(REQUIRED + "test_rows_of_targets"),
    "train 2: items are shuffled by sim.rng": by(REQUIRED + "test_shuffled_items"),
    "train 3: slots persist with another objective": by(R06 + "test_momentum_goes_on"),
    "train 3: a second optimizer of one class": by(
        REQUIRED + "test_optimizers_of_one_class"
    ),
    "train 3: different classes in sequence": by(R05 + "test_optimizers_in_turn"),
    "train 3: one optimizer in two simulators": by(
        REQUIRED + "test_one_optimizer_in_two_simulators"
    ),
    "train 3: a reset keeps the optimizer's state": by(
        REQUIRED + "test_resets_keep_the_optimizer"
    ),
    "train 3: None or other junk": by(TRAINING + "test_optimizer_is_none"),
    "train 3: nothing can be optimized": by(
        TRAINING + "test_objective_without_entries",
        TRAINING + "test_nothing_trainable",
        TRAINING + "test_nothing_trainable_without_network",
        TRAINING + "test_nothing_on_the_way",
    ),
    "train 4: keys that are no probes": by(TRAINING + "test_keys"),
    "train 4: tuple keys": by(
        R2 + "test_tuples_of_probes", REQUIRED + "test_tuples_in_summaries"
    ),
    "train 4: a tuple key with None": by(REQUIRED + "test_tuples_of_direct_gradients"),
    "train 4: sums in train, means in loss": by(
        REQUIRED + "test_arrays_are_summed_in_train_and_averaged_in_loss",
        REQUIRED + "test_several_results_are_summed",
    ),
    "train 4: variables of objectives": by(REQUIRED + "test_variables_of_objectives"),
    "train 5: only direct gradients": by(REQUIRED + "test_only_direct_gradients"),
    "train 6: non-differentiable elements": by(
        TRAINING + "test_python_on_the_way", TRAINING + "test_python_beside_the_way"
    ),
    "train 9: the list of summaries stays, and may be a tuple": by(
        REQUIRED + "test_summaries_stay_as_they_are"
    ),
}
