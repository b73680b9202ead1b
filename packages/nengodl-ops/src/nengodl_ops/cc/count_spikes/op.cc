// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

REGISTER_OP("NengodlCountSpikes")
    .Input("charge: T")
    .Input("voltage: T")
    .Input("height: T")
    .Input("inner: int32")
    .Output("output: T")
    .Output("new_voltage: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlCountSpikes"));

NENGODL_REGISTER_CPU("NengodlCountSpikes");

}  // namespace nengodl
