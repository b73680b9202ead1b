# SPDX-License-Identifier: MIT
"""Where each row of the spec's release history, and each requirement, is tested."""

from typing import NamedTuple, Optional, Tuple


class Entry(NamedTuple):
    """Tests of a row, and why it holds differently or not at all, if that is so."""

    tests: Tuple[str, ...]
    because: Optional[str]


def by(*tests, because=None):
    """Make an entry of tests, each "file::function" below the folder of tests."""
    return Entry(tests, because)


def as_row(number):
    """Make an entry of what another row supersedes or repeats."""
    return HISTORY[number]._replace(because=f"superseded by, or the same as, {number}")


# rows of history.md, by area
ROWS = {
    "core": """2 8 11 15 16 17 18 19 28 39 44 48 49 51 55 56 58 59 63 64 66 69 73 74 75 76
        77 79 82 84 87 88 90 91 92 93 95 97 99 100 108 109 110 111 112 115 116 121 124 125
        126 128 131 132 133 134 135 137 138 139 140 141 142 144 147 148 153 155 158 159 162
        163 166 168 170 171 175 177 179 180 181 182 183 184 185 186 187 188 189 191 192 193
        196 197 198 199 200 202 203 208 209 211 213 214 215 217 219 220 223 225 226""",
    "ops": "6 7 14 42 70 106 113 119 122 130 161 172 176 201 204 210 212 224",
}

NOTHING_GLOBAL = "decisions.md: 'import changes nothing global'"
EXTEND = (
    "decisions.md: 'nengo_dl.extend' in place of TensorSignal, SignalDict, OpBuilder"
)
VALUES = (
    "decisions.md: state is 'values; ordinary gradients'; there is 'nothing to patch'"
)
HEADING = (
    "a heading: rows 210 to 215 are its content, nengodl-benchmarks measures the speed"
)
TRAIN = "decisions.md: 'training lives in nengodl-train'; its tests have that part"

LIFE = "simulator/test_simulator_life.py::"
WITH = "simulator/test_with_program.py::"
SIM = "simulator/test_simulator.py::"
CONSTRUCT = "simulator/test_construct.py::"
FEEDS = "simulator/test_feeds.py::"
DATA = "simulator/test_data.py::"
TRANSFER = "simulator/test_transfer.py::"
TRANSFER_ERRORS = "simulator/test_transfer_errors.py::"
PROGRAM = "runtime/test_program.py::"
HOST = "runtime/test_host.py::"
PROCESSES = "runtime/test_processes.py::"
FEATURES = "test_features.py::"
DISTS = "test_dists.py::"
TRANSFORMS = "test_transform_networks.py::"
R22 = "history/test_2_2_0.py::"
R20 = "history/test_2_0_0.py::"
R12 = "history/test_1_2.py::"
R10 = "history/test_1_0_and_1_1.py::"
R06 = "history/test_0_6.py::"
R05 = "history/test_0_5.py::"
R03 = "history/test_0_3_and_0_4.py::"
REQUIRED_TESTS = "history/test_required.py::"

HISTORY = {
    2: by("test_init.py::test_importing_changes_nothing", because=NOTHING_GLOBAL),
    6: by(TRANSFORMS + "test_sparse", TRANSFORMS + "test_sparse_equals_dense"),
    7: by(R22 + "test_processes_with_state"),
    8: by(R22 + "test_the_session_in_post_build"),
    11: by("test_init.py::test_importing_changes_nothing", because=NOTHING_GLOBAL),
    14: by(R22 + "test_linear_filters"),
    15: by(R22 + "test_random_operations_follow_the_seed"),
    16: by(REQUIRED_TESTS + "test_a_gpu_is_what_tensorflow_sees"),
    17: by(R22 + "test_partial_functions"),
    18: by(CONSTRUCT + "test_the_seed_follows_the_network"),
    19: by(LIFE + "test_simulators_cannot_be_copied"),
    28: by(WITH + "test_history_that_is_not_kept_ends_with_the_last_step"),
    39: by(R20 + "test_run_batch"),
    42: by(TRANSFORMS + "test_dense", TRANSFORMS + "test_convolution"),
    44: by("utils/test_minibatch.py::test_items_come_in_order"),
    48: by(R20 + "test_large_constants_build_in_seconds"),
    49: by(
        "test_graph_optimizer.py::test_planners_group_as_the_rules_say",
        because="decisions.md: 'a hashable merge key beside the lowering rule'",
    ),
    51: by(SIM + "test_input_feeds_is_the_old_name_of_data"),
    55: by(CONSTRUCT + "test_the_log_names_the_device", because=NOTHING_GLOBAL),
    56: by(R12 + "test_boolean_signals"),
    58: by(R12 + "test_weights_that_are_probed_can_be_read"),
    59: by(R12 + "test_tensor_nodes_can_be_looked_at"),
    63: by(R12 + "test_inference_only"),
    64: by(
        R12 + "test_smoothed_spiking_neurons",
        "lower/rules/test_neuron_types_lif.py::test_training_uses_rates",
    ),
    66: by(R12 + "test_outputs_of_a_given_size_are_checked"),
    69: by(R12 + "test_profiles"),
    70: by(because=VALUES),
    73: by("plan/sort/test_order.py::test_blocks_of_benchmark_networks_are_contiguous"),
    74: by("config/test_settings.py::test_public_names"),
    75: by(DISTS + "test_shape_and_generator"),
    76: by(CONSTRUCT + "test_dtype_overrides_the_configuration"),
    77: by(R10 + "test_the_default_session", WITH + "test_contexts_nest"),
    79: by(
        TRANSFER + "test_frozen_networks_do_the_same_in_nengo",
        TRANSFER + "test_networks_of_nengo_can_be_frozen",
    ),
    82: by(
        CONSTRUCT + "test_a_missing_gpu_is_told",
        CONSTRUCT + "test_the_log_names_the_device",
    ),
    84: by("test_init.py::test_importing_changes_nothing", because=NOTHING_GLOBAL),
    87: by("config/test_settings.py::test_unknown_options_change_nothing"),
    88: by(TRANSFER + "test_values_are_fetched_in_one_go"),
    90: by("test_neurons.py::test_small_values"),
    91: by(because=EXTEND),
    92: by(WITH + "test_a_missing_device_is_a_framework_error"),
    93: by(HOST + "test_constants_are_those_of_the_build"),
    95: by(
        TRANSFER + "test_arguments_recreate_an_ensemble",
        TRANSFER_ERRORS + "test_direct_ensembles_cannot_be_transferred",
    ),
    97: by(R10 + "test_session_options_come_with_a_built_model"),
    99: by(SIM + "test_trange_knows_the_old_name"),
    100: by(R10 + "test_names_that_are_gone"),
    106: by("learning/test_error_rules.py::test_equal_pes_rules_are_one_group"),
    108: by(TRANSFER + "test_arguments_recreate_an_ensemble"),
    109: by(SIM + "test_progress_is_shown_unless_switched_off"),
    110: by("test_pipeline_settings.py::test_session_options_reach_the_session"),
    111: by("test_pipeline_settings.py::test_chosen_functions_are_called"),
    112: by(R06 + "test_extra_feeds", because=TRAIN),
    113: by("learning/test_error_rules.py::test_equal_pes_rules_are_one_group"),
    115: by("plan/test_samples.py::test_sample_lengths"),
    116: by("runtime/test_store.py::test_parameters_are_no_part_of_the_graph"),
    119: by("learning/test_error_rules.py::test_pes_with_every_pre_synapse"),
    121: by(R06 + "test_pre_build_without_input"),
    122: by("lower/rules/test_neuron_types_rate.py::test_spikes_equal_nengos"),
    124: by(because=EXTEND),
    125: by("learning/test_all_rules.py::test_batch_axis_of_what_rules_change"),
    126: by(R06 + "test_the_context_sets_graph_and_device"),
    128: by(FEEDS + "test_arrays_have_three_axes"),
    130: by(R06 + "test_filtered_probes_of_weights"),
    131: by(R06 + "test_inferring_sizes_leaves_no_trace"),
    132: by(R10 + "test_names_that_are_gone"),
    133: by("test_neurons.py::test_amplitude_scales_the_output"),
    134: by(SIM + "test_progress_is_shown_unless_switched_off"),
    135: by(R06 + "test_stages_are_shown"),
    137: by(R06 + "test_no_event_files_by_default"),
    140: by("lower/test_schedule.py::test_groups_take_and_give_whole_homes"),
    141: by(PROCESSES + "test_items_have_streams_of_their_own"),
    142: by(R12 + "test_profiles"),
    144: by(R06 + "test_nodes_that_are_only_read_in_part"),
    147: by(R06 + "test_fewer_items_than_a_minibatch"),
    148: by(R05 + "test_post_build"),
    153: by(R06 + "test_the_context_sets_graph_and_device"),
    155: by(PROGRAM + "test_the_graph_never_grows"),
    158: by(
        DATA + "test_keys_are_the_objects_of_the_network",
        DATA + "test_unknown_objects_are_refused",
    ),
    159: by(R05 + "test_order_of_equal_names"),
    161: by("learning/test_error_rules.py::test_pes_on_every_kind_of_connection"),
    162: by(R05 + "test_folders_of_event_files"),
    163: by(DATA + "test_learned_parameters_are_live", because=TRAIN),
    166: by(R05 + "test_tensor_layer"),
    168: by(
        DISTS + "test_truncated_normal",
        DISTS + "test_uniform_scaling",
        DISTS + "test_normal_scaling",
        DISTS + "test_glorot_and_he",
    ),
    170: by(
        "simplify/test_constant_copies.py::test_setting_copy_becomes_a_reset",
        "simplify/test_unmodified_resets.py::test_value_becomes_the_initial_value",
        "simplify/test_zero_incs.py::test_products_with_zero_are_removed",
        "simplify/test_identity_muls.py::test_elementwise_products_become_copies",
        "test_pipeline.py::test_simplifications_change_no_result",
    ),
    171: by(R05 + "test_the_planner_is_a_setting"),
    172: by(R22 + "test_linear_filters"),
    175: by(
        FEEDS + "test_the_batch_is_that_of_the_simulator",
        FEEDS + "test_the_steps_are_those_of_the_run",
        FEEDS + "test_the_size_is_that_of_the_node",
        FEEDS + "test_nodes_with_input_take_no_data",
        FEEDS + "test_foreign_objects_are_refused",
        FEEDS + "test_other_keys_are_refused",
        FEEDS + "test_targets_have_no_place_in_a_run",
    ),
    176: by(because=VALUES),
    177: by(
        R10 + "test_names_that_are_gone",
        "config/test_trainability.py::test_the_setting_is_there_for_all_classes",
    ),
    179: by(SIM + "test_unknown_arguments_are_refused"),
    181: by(
        "simulator/test_parameter_interface.py::test_another_simulator_takes_the_parameters_over"
    ),
    182: by(R05 + "test_trainable_parameters_have_no_batch_axis"),
    183: by(R05 + "test_unrolled_steps_share_variables"),
    184: by(FEATURES + "test_probes_of_parameters_and_of_what_nothing_touches"),
    185: by(DISTS + "test_uniform_scaling"),
    186: by(PROGRAM + "test_memory_of_a_long_run_stays_flat"),
    187: by(FEATURES + "test_equal_functions_and_labels"),
    188: by("simulator/test_history.py::test_probe_data_is_empty_before_any_run"),
    191: by(
        "test_neurons.py::test_the_formula", "test_neurons.py::test_sigma_is_positive"
    ),
    192: by(R05 + "test_functions_of_tensor_nodes_can_be_assigned"),
    193: by(R03 + "test_steps_of_an_iteration"),
    196: by(
        "plan/test_best.py::test_plans_are_as_short_as_those_of_the_other_planners",
        because="the default, best_planner, needs no more groups than tree_planner does",
    ),
    197: by(R03 + "test_steps_of_an_iteration"),
    198: by(R03 + "test_cycles_are_refused_by_all_planners"),
    199: by(R03 + "test_steps_that_fill_no_iteration"),
    200: by(R10 + "test_names_that_are_gone"),
    201: by(
        "lower/rules/test_learning_error.py::test_pes_of_unequal_width_are_not_merged",
        "lower/rules/test_learning_hebbian.py::test_rules_of_equal_sizes_are_merged",
    ),
    202: by("test_pipeline.py::test_nothing_of_tensorflow_changes"),
    203: by(R03 + "test_logging"),
    204: by(because=VALUES),
    209: by(because=HEADING),
    210: by(
        "lower/test_schedule.py::test_groups_take_and_give_whole_homes",
        because="decisions.md: no base arrays; groups own their homes, so no rows are "
        "gathered or scattered",
    ),
    211: by("plan/sort/test_order.py::test_order_is_better_than_none"),
    212: by(
        "lower/rules/test_basic.py::test_size_class",
        because="decisions.md: 'a hashable merge key'; operators of unequal shapes are "
        "groups of their own, which XLA fuses",
    ),
    213: by(because=HEADING),
    214: by(R03 + "test_sorting_stops_when_nothing_changes"),
    215: by("plan/test_best.py::test_work_grows_no_worse_than_n_log_n"),
    217: by(WITH + "test_a_model_serves_several_simulators"),
    219: by(R03 + "test_variables_and_functions_on_a_gpu"),
    220: by(R03 + "test_variables_and_functions_on_a_gpu"),
    223: by(HOST + "test_functions_without_reader_are_called"),
    224: by(TRANSFORMS + "test_slices"),
    225: by(R03 + "test_the_example_of_the_readme"),
}
HISTORY.update(
    {
        number: as_row(other)
        for number, other in {
            138: 69,
            139: 115,
            180: 93,
            189: 177,
            208: 196,
            226: 225,
        }.items()
    }
)

# DEFECT, Required and OPEN of core.md and ops.md, by section and the words in question
REQUIREMENTS = {
    "core 1: no answer about a GPU means none": by(
        REQUIRED_TESTS + "test_a_gpu_is_what_tensorflow_sees"
    ),
    "core 2: unroll_simulation and minibatch_size below 1": by(
        CONSTRUCT + "test_counts_are_at_least_one"
    ),
    "core 2: other entries of tensorboard's directory": by(
        R05 + "test_folders_of_event_files"
    ),
    "core 4: the executed number of steps is named": by(
        FEEDS + "test_unrolled_runs_need_data_for_the_executed_steps"
    ),
    "core 5: a list or an empty dict as data": by(
        FEEDS + "test_values_are_arrays", FEEDS + "test_data_is_a_dict_with_entries"
    ),
    "core 5: a missing target": by(REQUIRED_TESTS + "test_a_missing_target_is_told"),
    "core 6: any integral type as data": by(
        REQUIRED_TESTS + "test_integers_of_any_kind_are_numbers_of_steps"
    ),
    "core 6: host time is graph time": by(REQUIRED_TESTS + "test_times_in_batches"),
    "core 6: random streams of processes are restored": by(
        REQUIRED_TESTS + "test_processes_go_on_behind_isolated_batches"
    ),
    "core 6: variables of TensorNodes are not lost": by(
        REQUIRED_TESTS + "test_variables_outlast_isolated_batches"
    ),
    "core 6: no growth on repeated calls": by(
        REQUIRED_TESTS + "test_batches_add_nothing_to_the_graph"
    ),
    "core 7: soft_reset with include_probes zeroes time": by(
        LIFE + "test_soft_reset_keeps_data_and_time_unless_told"
    ),
    "core 7: all is refused after close": by(LIFE + "test_nothing_runs_after_closing"),
    "core 8: `in` gives False": by(DATA + "test_unknown_objects_are_refused"),
    "core 8: Voja's ensemble has values per item": by(
        "learning/test_activity_rules.py::test_encoders_of_each_item"
    ),
    "core 9: keep_history=False with sample_every": by(
        WITH + "test_history_that_is_not_kept_ends_with_the_last_step"
    ),
    "core 10: get_nengo_params of a foreign object": by(
        TRANSFER_ERRORS + "test_foreign_objects_have_no_arguments"
    ),
    "core 10: full weights and learned weights, documented or mended": by(
        TRANSFER + "test_arguments_recreate_connections",
        TRANSFER_ERRORS + "test_parameters_of_several_items_are_refused",
    ),
    "core 10: freeze_params of Neurons": by(
        TRANSFER_ERRORS + "test_other_types_cannot_be_frozen"
    ),
    "core 12: reset(seed) is a new simulator with that seed": by(
        R22 + "test_random_operations_follow_the_seed"
    ),
    "core 14: lif_smoothing of 0, forms of dtype": by(
        "config/test_options.py::test_values_are_stored_in_one_form",
        "config/test_options.py::test_other_values_are_refused",
    ),
    "core 16: not callable, with size_out": by(
        REQUIRED_TESTS + "test_what_is_no_function_is_refused"
    ),
    "core 18: refractory_time is nengo's": by(
        FEATURES + "test_neurons_and_all_that_can_be_probed"
    ),
    "core 20: exceptions in the loop are SimulationErrors": by(
        REQUIRED_TESTS + "test_exceptions_of_functions_in_the_loop"
    ),
    "core 20: an output of None without input": by(
        FEATURES + "test_nodes_without_input_and_output"
    ),
    "core 21: reversed slices": by(
        FEATURES + "test_full_reversal_on_both_sides", TRANSFORMS + "test_slices"
    ),
    "core 25: kinds that the transitive planner does not know": by(
        "plan/test_transitive.py::test_unknown_kinds_are_planned_too"
    ),
    "ops 6: short time constants are stable": by(
        FEATURES + "test_short_time_constants_are_stable"
    ),
}
