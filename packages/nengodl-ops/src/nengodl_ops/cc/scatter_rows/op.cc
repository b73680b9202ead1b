// SPDX-License-Identifier: MIT
#include "common/classic.h"

namespace nengodl {

REGISTER_OP("NengodlScatterSet")
    .Input("variable: T")
    .Input("updates: T")
    .Input("indices: int32")
    .Output("rows: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlScatterSet"));

REGISTER_OP("NengodlScatterAdd")
    .Input("variable: T")
    .Input("updates: T")
    .Input("indices: int32")
    .Output("rows: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlScatterAdd"));

REGISTER_OP("NengodlGatherRows")
    .Input("variable: T")
    .Input("indices: int32")
    .Output("rows: T")
    .Attr("T: {float, double}")
    .SetShapeFn(NENGODL_SHAPES("NengodlGatherRows"));

NENGODL_REGISTER_CPU("NengodlScatterSet");
NENGODL_REGISTER_CPU("NengodlScatterAdd");
NENGODL_REGISTER_CPU("NengodlGatherRows");

}  // namespace nengodl
