// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

REGISTER_OP("NengodlSparseProduct")
    .Input("data: T")
    .Input("starts: int32")
    .Input("columns: int32")
    .Input("x: T")
    .Output("product: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlSparseProduct"));

NENGODL_REGISTER_CPU("NengodlSparseProduct");

}  // namespace nengodl
