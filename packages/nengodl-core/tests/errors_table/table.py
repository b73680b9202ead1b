# SPDX-License-Identifier: MIT
"""The table of errors: each trigger, and the tests of its class, message and harmlessness.

A test is named ``file::function``, relative to the folder of the core's tests. A text
without ``::`` is the reason why a trigger does not apply.
"""

REPLACED = "decisions.md: nengo_dl.extend replaces it"
TRAINING = "belongs to nengodl-train, whose own tests cover it"

HERE = "errors_table/test_"
CONSTRUCT = "simulator/test_construct.py::test_"
FEEDS = "simulator/test_feeds.py::test_"
LIFE = "simulator/test_simulator_life.py::test_"
PARAMETERS = "simulator/test_parameter_interface_errors.py::test_"
RUN = "simulator/test_simulator.py::test_"
TRANSFER = "simulator/test_transfer_errors.py::test_"
CONVOLUTION = "lower/rules/test_transforms_convolution.py::test_"

CONSTRUCTION = {
    "Python below 3.5": ("test_version.py::test_an_old_python_is_refused",),
    "nengo below minimum": ("test_installation.py::test_an_old_nengo_is_refused",),
    "nengo newer than tested": ("test_installation.py::test_a_new_nengo_is_untested",),
    "device=None, no GPU support": (CONSTRUCT + "a_missing_gpu_is_told",),
    "dtype= given": (CONSTRUCT + "dtype_overrides_the_configuration",),
    "dt != model.dt": (CONSTRUCT + "the_step_of_a_model_wins",),
    "model without top-level network": (CONSTRUCT + "a_model_without_network_warns",),
    "unknown constructor keyword": (RUN + "unknown_arguments_are_refused",),
    "network not a Network / None": (CONSTRUCT + "a_network_must_be_one",),
    "unroll_simulation or minibatch_size < 1": (CONSTRUCT + "counts_are_at_least_one",),
    "device not present": (
        HERE + "construction.py::test_device_not_present",
        "runtime/test_program.py::test_a_failing_construction_closes_the_session",
    ),
    "device string malformed": (CONSTRUCT + "a_malformed_device_is_refused",),
    "unknown session_config field": (
        "simulator/test_with_program.py::test_unknown_session_fields_are_told",
    ),
    "operator type without builder": (
        "test_pipeline.py::test_unknown_operators_are_told",
    ),
    "build class without build_step": (
        REPLACED,
        HERE + "construction.py::test_rules_that_are_no_functions",
    ),
    "build class not an OpBuilder": (
        REPLACED,
        HERE + "construction.py::test_rules_of_other_types",
    ),
    "builder registered twice": (
        REPLACED,
        "lower/test_registry.py::test_second_rule_for_a_type_is_an_error",
    ),
    "dependency cycle between operators": (
        "plan/test_dependencies.py::test_network_with_a_cycle_is_refused",
        "random_networks/test_random_networks.py::test_cycles_need_a_delay",
    ),
    "signal dtype not float/int/bool": (HERE + "construction.py::test_signal_dtype",),
    "view sliced on axis > 0": (
        REPLACED,
        "test_signals.py::test_view_has_the_elements_that_numpy_selects",
    ),
    "convolution > 3 dims": (CONVOLUTION + "more_than_three_dimensions",),
    "convolution kernels per item": (CONVOLUTION + "kernels_per_item",),
    "channels-first convolution on CPU": (CONVOLUTION + "channels_first_warns",),
    "float64 sparse product on GPU": (
        "sparse products are gathers and sums in the simulation's type: nothing is cast",
        "lower/rules/test_transforms_sparse.py::test_product_equals_the_dense_one",
    ),
    "learning-rule target explicitly trainable": (
        "learning/test_all_rules.py::test_explicitly_trainable_targets_are_told",
        "config/test_trainability.py::test_what_a_rule_changes_is_not_trainable",
    ),
    "deallocated while open": (
        HERE + "construction.py::test_deallocated_while_open",
        LIFE + "deallocation_while_open_warns",
    ),
}

CONFIGURATION = {
    "configure_settings outside a network": (
        "config/test_settings.py::test_a_network_must_be_open",
    ),
    "unknown option": ("config/test_settings.py::test_unknown_options_change_nothing",),
    "trainable not bool/None on a config object": (
        HERE + "configuration.py::test_type_of_trainable",
    ),
    "trainable set without configure_settings(trainable=...), or on a subnetwork config": (
        HERE + "configuration.py::test_trainable_not_configured",
    ),
}

RUNNING = {
    "any run/train/loss/run_batch after close": (
        LIFE + "nothing_runs_after_closing",
        HERE + "running.py::test_closed",
    ),
    "reset, save_params, load_params, freeze_params after close": (
        HERE + "running.py::test_closed",
    ),
    "soft_reset, check_gradients, with after close": (
        LIFE + "nothing_runs_after_closing",
    ),
    "parameter read after close": (
        "simulator/test_data.py::test_parameters_after_closing_are_those_of_the_build",
    ),
    "run(t<0)": (RUN + "run_needs_a_time_that_is_not_negative",),
    "run rounding to 0 steps": (RUN + "a_run_of_no_steps_warns",),
    "run_steps(0), negative or non-integer": (
        RUN + "a_run_of_no_steps_warns",
        RUN + "run_steps_needs_a_count",
    ),
    "n_steps not multiple of unroll": (
        HERE + "running.py::test_uneven_steps",
        RUN + "unrolled_steps_that_do_not_fit_are_executed_but_not_shown",
    ),
    "input_feeds": (RUN + "input_feeds_is_the_old_name_of_data",),
    "input_feeds and data": (RUN + "data_cannot_be_given_under_both_names",),
    "pickle/copy/deepcopy of a Simulator": (LIFE + "simulators_cannot_be_copied",),
    "assigning dt": (HERE + "running.py::test_dt_is_read_only",),
    "trange(dt=)": (RUN + "trange_knows_the_old_name",),
    "trange with both": (RUN + "trange_knows_the_old_name",),
    "unknown key in sim.data": (
        "simulator/test_data.py::test_unknown_objects_are_refused",
    ),
    "writing into probe data": (
        "simulator/test_history.py::test_probe_data_cannot_be_written",
    ),
    "host function returns None / non-finite / wrong type": (
        "runtime/test_host.py::test_what_is_no_number_is_told",
        HERE + "running.py::test_values_of_functions_in_the_loop",
    ),
    "host function (size_in 0) raises": (
        "simulator/test_with_program.py::test_exceptions_of_input_nodes_pass_through",
    ),
    "in-loop host function raises": (
        "lower/test_hosted.py::test_any_exception_is_told",
    ),
    "framework error not tied to a host function": (
        HERE + "running.py::test_framework_errors",
    ),
}

BATCHES = HERE + "data.py::test_data"

DATA = {
    "run: batch != minibatch_size": (FEEDS + "the_batch_is_that_of_the_simulator",),
    "run: steps != executed steps": (
        FEEDS + "the_steps_are_those_of_the_run",
        FEEDS + "unrolled_runs_need_data_for_the_executed_steps",
    ),
    "rank != 3": (FEEDS + "arrays_have_three_axes", BATCHES),
    "node not an input node or foreign": (
        FEEDS + "nodes_with_input_take_no_data",
        FEEDS + "foreign_objects_are_refused",
        BATCHES,
    ),
    "probe foreign": (FEEDS + "foreign_objects_are_refused",),
    "key neither Node nor Probe": (FEEDS + "other_keys_are_refused", BATCHES),
    "different batch sizes / step counts": (BATCHES,),
    "explicit expected batch/steps not met (_check_data style)": (
        FEEDS + "the_batch_is_that_of_the_simulator",
        FEEDS + "the_steps_are_those_of_the_run",
    ),
    "batch < minibatch_size": (BATCHES,),
    "last axis wrong": (
        FEEDS + "the_size_is_that_of_the_node",
        FEEDS + "the_size_is_that_of_the_probe",
        BATCHES,
    ),
    "target for a probe no objective uses": (
        HERE + "data.py::test_unused_target",
        FEEDS + "targets_have_no_place_in_a_run",
    ),
    "target needed but missing": (BATCHES,),
    "value not an array, empty dict": (
        FEEDS + "values_are_arrays",
        FEEDS + "data_is_a_dict_with_entries",
        BATCHES,
    ),
    "steps not multiple of unroll": (BATCHES,),
    "truncation not multiple of unroll": (HERE + "data.py::test_truncation",),
    "batch not multiple of minibatch": (HERE + "data.py::test_uneven_batch",),
    "steps not multiple of truncation": (HERE + "data.py::test_uneven_truncation",),
}

OUTPUTS = {
    "optimizer is a dict": (TRAINING,),
    "optimizer without apply_gradients": (TRAINING,),
    "objective missing with int data": (TRAINING,),
    "objective not a dict": (TRAINING, HERE + "outputs.py::test_outputs_are_a_dict"),
    "objective/outputs value not callable or None": (
        HERE + "outputs.py::test_functions",
    ),
    "output function with 0 or > 2 arguments": (HERE + "outputs.py::test_functions",),
    "objective key not a probe": (
        HERE + "outputs.py::test_keys",
        HERE + "outputs.py::test_probe_of_another_network",
    ),
    "objective empty / data without probes / nothing trainable": (TRAINING,),
    '"mse"': (TRAINING,),
    "training an inference-only network": (HERE + "outputs.py::test_inference_only",),
    "one-step training with filters": (TRAINING,),
    "non-differentiable path (1.1.0)": (TRAINING,),
    "summaries without tensorboard": (TRAINING,),
    "unknown summary object": (TRAINING,),
    "unknown norm order in Regularize": (TRAINING,),
    "find_non_differentiable hit": (HERE + "outputs.py::test_non_differentiable",),
}

PARAMETER_ERRORS = {
    "get_nengo_params on other types": (TRANSFER + "other_types_have_no_arguments",),
    "Direct ensemble": (TRANSFER + "direct_ensembles_cannot_be_transferred",),
    "duplicate labels, as_dict": (TRANSFER + "equal_labels_are_named",),
    "object of another network": (TRANSFER + "foreign_objects_have_no_arguments",),
    "freeze: object not in network": (TRANSFER + "foreign_objects_cannot_be_frozen",),
    "freeze: wrong type (incl. Neurons)": (TRANSFER + "other_types_cannot_be_frozen",),
    "save with nothing selected": (PARAMETERS + "something_must_be_selected",),
    "load missing file": (PARAMETERS + "a_missing_file_is_a_value_error",),
    "load from other structure": (PARAMETERS + "the_first_mismatch_is_named",),
    "check_gradients: NaN": (TRAINING,),
    "check_gradients: mismatch": (TRAINING,),
    "check_gradients inference-only": (TRAINING,),
}

RESULTS = HERE + "construction.py::test_results_of_rules"

UTILITIES = {
    "tensor_func not callable": (HERE + "utilities.py::test_no_function",),
    "trial call fails (wrong arity, exception)": (
        HERE + "utilities.py::test_trial_call",
    ),
    "result not a tensor": (
        HERE + "utilities.py::test_trial_result",
        HERE + "utilities.py::test_result",
    ),
    "result rank/shape wrong": (
        HERE + "utilities.py::test_trial_result",
        HERE + "utilities.py::test_result",
    ),
    "result dtype wrong": (HERE + "utilities.py::test_result",),
    "size_in < 0, size_out < 1": (HERE + "utilities.py::test_sizes",),
    "run in another simulator": (HERE + "utilities.py::test_another_simulator",),
    "tensor_layer reshape impossible": (HERE + "utilities.py::test_impossible_shapes",),
    "dist parameter out of range, unknown mode": (
        "test_dists.py::test_parameters_out_of_range",
    ),
    "SoftLIFRate sigma <= 0": ("test_neurons.py::test_sigma_is_positive",),
    'probe "correction" of PES': (HERE + "utilities.py::test_correction_of_pes",),
    "TensorSignal indices assigned / element written": (
        REPLACED,
        HERE + "construction.py::test_tensors_are_values",
    ),
    "TensorSignal reshape: several -1 / not divisible / size differs": (
        REPLACED,
        RESULTS,
    ),
    "SignalDict scatter with wrong float type": (REPLACED, RESULTS),
    "generic process run before build_post": (
        "decisions.md: nengo_dl.extend replaces it, steps are made in the constructor",
        "history/test_2_2_0.py::test_processes_with_state",
    ),
    "CLI profile before build": ("belongs to nengodl-benchmarks",),
}

TABLE = {
    1: CONSTRUCTION,
    2: CONFIGURATION,
    3: RUNNING,
    4: DATA,
    5: OUTPUTS,
    6: PARAMETER_ERRORS,
    7: UTILITIES,
}
