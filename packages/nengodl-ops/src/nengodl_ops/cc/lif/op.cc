// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

REGISTER_OP("NengodlLif")
    .Input("current: T")
    .Input("voltage: T")
    .Input("refractory: T")
    .Input("parameters: T")
    .Input("dt: T")
    .Input("inner: int32")
    .Output("output: T")
    .Output("new_voltage: T")
    .Output("new_refractory: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlLif"));

REGISTER_OP("NengodlAdaptiveLif")
    .Input("current: T")
    .Input("voltage: T")
    .Input("refractory: T")
    .Input("parameters: T")
    .Input("dt: T")
    .Input("inner: int32")
    .Input("adaptation: T")
    .Output("output: T")
    .Output("new_voltage: T")
    .Output("new_refractory: T")
    .Output("new_adaptation: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlAdaptiveLif"));

NENGODL_REGISTER_CPU("NengodlLif");
NENGODL_REGISTER_CPU("NengodlAdaptiveLif");

}  // namespace nengodl
