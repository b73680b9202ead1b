// SPDX-License-Identifier: MIT
// Parameters of neurons: elements of all items lie in one row, in which `inner` after each
// other belong to one operator, the next ones to the next, and again from the first.
#ifndef NENGODL_OPS_COMMON_RUNS_H_
#define NENGODL_OPS_COMMON_RUNS_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "common/kernel.h"

namespace nengodl {

struct Runs {
  int64_t operators, inner;

  // Whether the elements up to Stop() have parameters of their own, one after the other,
  // or all have those of Operator().
  bool differ() const { return inner == 1 && operators > 1; }

  int64_t Operator(int64_t begin) const { return begin / inner % operators; }

  // Where the elements end that can be computed in one loop.
  int64_t Stop(int64_t begin, int64_t end) const {
    if (operators == 1) return end;
    const int64_t left = differ() ? operators - Operator(begin) : inner - begin % inner;
    return std::min(end, begin + left);
  }
};

// Computes with numbers of the type of the first operand, unless `inner` is none.
using NeuronFunction = void (*)(const Arrays& in, const Arrays& out, Pool* pool);

inline std::string RunNeurons(const Arrays& in, const Arrays& out, Pool* pool,
                              int32_t inner, NeuronFunction of_float,
                              NeuronFunction of_double) {
  if (inner < 1) return "inner: expected at least 1, received " + std::to_string(inner);
  (in[0].type == Type::kFloat ? of_float : of_double)(in, out, pool);
  return "";
}

}  // namespace nengodl

#endif  // NENGODL_OPS_COMMON_RUNS_H_
