// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

// Stateful: called each time, never replaced by an earlier result.
REGISTER_OP("NengodlHostCall")
    .Input("number: int64")
    .Input("after: int32")
    .Input("arguments: Targuments")
    .Output("done: int32")
    .Output("results: Tresults")
    .Attr("Targuments: list({float, double, int32, int64, bool}) >= 0")
    .Attr("Tresults: list({float, double, int32, int64, bool}) >= 0")
    .Attr("shapes: list(shape)")
    .SetIsStateful()
    .SetShapeFn(NENGODL_SHAPES("NengodlHostCall"));

NENGODL_REGISTER_CPU("NengodlHostCall");

}  // namespace nengodl
