// SPDX-License-Identifier: MIT
// Learned weights, changed and applied in one pass:
//
//   weights' = weights * (1 - decay)[:, None] + outer(change, pre)
//   product  = weights' @ x
//
// The weights are read once and written once, which is what the step costs: with 64 x 3200
// numbers of float32 0.8 MB, more than a core's own cache.
#include <cstring>

#include "common/kernel.h"
#include "common/simd.h"

namespace nengodl {
namespace {

// Rows that share what is loaded of `pre` and `x`.
constexpr int kRows = 4;

// Without decay there is one multiplication less, which takes a fifth to a third off the
// time (64 x 3200 and 128 x 6400, AMD Zen 3).
template <typename T, bool decays>
NENGODL_INLINE T Change(T* weight, T keep, T pre, T change) {
  return *weight = (decays ? *weight * keep : *weight) + pre * change;
}

template <typename T, bool decays>
NENGODL_INLINE void FourRows(T* __restrict w, const T* __restrict pre, const T* keep,
                             const T* change, const T* __restrict x, T* product,
                             int64_t n) {
  const T k0 = keep[0], k1 = keep[1], k2 = keep[2], k3 = keep[3];
  const T c0 = change[0], c1 = change[1], c2 = change[2], c3 = change[3];
  T s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  NENGODL_SIMD_SUM(s0, s1, s2, s3)
  for (int64_t i = 0; i < n; ++i) {
    s0 += Change<T, decays>(w + i, k0, pre[i], c0) * x[i];
    s1 += Change<T, decays>(w + n + i, k1, pre[i], c1) * x[i];
    s2 += Change<T, decays>(w + 2 * n + i, k2, pre[i], c2) * x[i];
    s3 += Change<T, decays>(w + 3 * n + i, k3, pre[i], c3) * x[i];
  }
  product[0] = s0;
  product[1] = s1;
  product[2] = s2;
  product[3] = s3;
}

template <typename T, bool decays>
NENGODL_INLINE void OneRow(T* __restrict w, const T* __restrict pre, T keep, T change,
                           const T* __restrict x, T* product, int64_t n) {
  T sum = 0;
  NENGODL_SIMD_SUM(sum)
  for (int64_t i = 0; i < n; ++i)
    sum += Change<T, decays>(w + i, keep, pre[i], change) * x[i];
  *product = sum;
}

template <typename T>
struct Operands {
  const T *old, *pre, *change, *decay, *x;
  T *weights, *product;
  int64_t rows, columns;
  bool x_shared, pre_shared, change_shared;  // by all items
  int64_t operators;
};

template <typename T, bool decays>
NENGODL_INLINE void Range(const Operands<T>& o, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end;) {
    const int64_t matrix = row / o.rows, inner = row % o.rows;
    const int64_t shared = matrix % o.operators;
    const T* pre = o.pre + (o.pre_shared ? shared : matrix) * o.columns;
    const T* x = o.x + (o.x_shared ? shared : matrix) * o.columns;
    const int64_t at = (o.change_shared ? shared : matrix) * o.rows + inner;
    const T* change = o.change + at;
    const int64_t count = row + kRows <= end && inner + kRows <= o.rows ? kRows : 1;
    T keep[kRows];
    for (int64_t r = 0; r < count; ++r) keep[r] = decays ? 1 - o.decay[at + r] : 1;
    T* weights = o.weights + row * o.columns;
    if (o.old != o.weights)
      std::memcpy(weights, o.old + row * o.columns, count * o.columns * sizeof(T));
    if (count == kRows) {
      FourRows<T, decays>(weights, pre, keep, change, x, o.product + row, o.columns);
    } else {
      OneRow<T, decays>(weights, pre, keep[0], *change, x, o.product + row, o.columns);
    }
    row += count;
  }
}

template <typename T>
NENGODL_INLINE void Choose(const Operands<T>& o, int64_t begin, int64_t end) {
  if (o.decay) {
    Range<T, true>(o, begin, end);
  } else {
    Range<T, false>(o, begin, end);
  }
}

NENGODL_VARIANTS(template <typename T> void, RangeOf,
                 (const Operands<T>& o, int64_t begin, int64_t end),
                 (o, begin, end), { Choose(o, begin, end); })

template <typename T>
void Compute(const Arrays& in, const Arrays& out, Pool* pool) {
  const DimsView& dims = in[0].dims;
  Operands<T> o;
  o.old = in[0].as<T>();
  o.pre = in[1].as<T>();
  o.change = in[2].as<T>();
  o.decay = in[3].size() ? in[3].as<T>() : nullptr;
  o.x = in[4].as<T>();
  o.weights = out[0].as<T>();
  o.product = out[1].as<T>();
  o.operators = dims[1];
  o.rows = dims[2];
  o.columns = dims[3];
  o.pre_shared = in[1].dims[0] == 1;
  o.change_shared = in[2].dims[0] == 1;
  o.x_shared = in[4].dims[0] == 1;
  // about 0.1 ns a byte, read and written
  const int64_t cost = 1 + o.columns * sizeof(T) / 10;
  pool->Run(dims[0] * dims[1] * dims[2], cost,
            [&o](int64_t begin, int64_t end) { RangeOf(o, begin, end); });
}

bool Fits(const Dims& dims, const Dims& weights, int64_t length) {
  return dims.size() == 3 && (dims[0] == 1 || dims[0] == weights[0]) &&
         dims[1] == weights[1] && dims[2] == length;
}

std::string Misfit(const char* name, const Dims& dims, const Dims& weights,
                   int64_t length) {
  return std::string(name) + ": expected (1 or " + std::to_string(weights[0]) + ", " +
         std::to_string(weights[1]) + ", " + std::to_string(length) +
         ") for weights of shape " + Text(weights) + ", received " + Text(dims);
}

std::string Shapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  const Dims& weights = in[0];
  if (weights.size() != 4)
    return "weights: expected (items, operators, rows, columns), received " +
           Text(weights);
  const char* names[] = {"weights", "pre", "change", "decay", "x"};
  for (int i = 1; i < 5; ++i) {
    const int64_t length = weights[i == 1 || i == 4 ? 3 : 2];
    const bool absent = i == 3 && in[i] == Dims{0, 0, 0};
    if (!absent && !Fits(in[i], weights, length))
      return Misfit(names[i], in[i], weights, length);
  }
  if (SizeOf(in[3]) && in[3][0] != in[2][0])
    return "decay: expected the shape of change, " + Text(in[2]) + ", received " +
           Text(in[3]);
  *out = {weights, {weights[0], weights[1], weights[2]}};
  return "";
}

std::string Run(const Arrays& in, const Arrays& out, Pool* pool) {
  if (in[0].type == Type::kFloat) {
    Compute<float>(in, out, pool);
  } else {
    Compute<double>(in, out, pool);
  }
  return "";
}

RegisterKernel registered(
    {"NengodlLearnedProduct", Shapes, Run, {{0, 0}}, false});

}  // namespace
}  // namespace nengodl
