// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

REGISTER_OP("NengodlLearnedProduct")
    .Input("weights: T")
    .Input("pre: T")
    .Input("change: T")
    .Input("decay: T")
    .Input("x: T")
    .Output("new_weights: T")
    .Output("product: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlLearnedProduct"));

NENGODL_REGISTER_CPU("NengodlLearnedProduct");

}  // namespace nengodl
