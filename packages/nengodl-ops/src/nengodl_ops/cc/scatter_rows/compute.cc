// SPDX-License-Identifier: MIT
// Rows of an array taken, replaced or added to. Of equal indices the last one replaces,
// and all add.
#include <cstring>

#include "common/kernel.h"
#include "common/simd.h"

namespace nengodl {
namespace {

// Says which index is not a row; nothing has been touched by then.
std::string Check(const Array& indices, int64_t rows) {
  const int32_t* index = indices.as<int32_t>();
  for (int64_t i = 0; i < indices.size(); ++i) {
    if (index[i] < 0 || index[i] >= rows)
      return "indices: expected numbers from 0 to " + std::to_string(rows - 1) +
             ", received " + std::to_string(index[i]) + " at " + std::to_string(i);
  }
  return "";
}

int64_t RowSize(const Array& array) {
  int64_t size = 1;
  for (size_t axis = 1; axis < array.dims.rank; ++axis) size *= array.dims[axis];
  return size;
}

template <typename T>
NENGODL_INLINE void AddTo(T* __restrict to, const T* __restrict from, int64_t count) {
  NENGODL_SIMD
  for (int64_t i = 0; i < count; ++i) to[i] += from[i];
}

NENGODL_VARIANTS(template <typename T> void, Add,
                 (T* to, const T* from, int64_t count),
                 (to, from, count), { AddTo(to, from, count); })

template <typename T>
void Scatter(const Arrays& in, const Arrays& out, bool add) {
  const int64_t width = RowSize(in[0]);
  const T *old = in[0].as<T>(), *updates = in[1].as<T>();
  const int32_t* index = in[2].as<int32_t>();
  T* rows = out[0].as<T>();
  if (old != rows) std::memcpy(rows, old, in[0].size() * sizeof(T));
  for (int64_t i = 0; i < in[2].size(); ++i) {
    if (add) {
      Add(rows + index[i] * width, updates + i * width, width);
    } else {
      std::memcpy(rows + index[i] * width, updates + i * width, width * sizeof(T));
    }
  }
}

template <bool add>
std::string RunScatter(const Arrays& in, const Arrays& out, Pool*) {
  const std::string wrong = Check(in[2], in[0].dims[0]);
  if (!wrong.empty()) return wrong;
  if (in[0].type == Type::kFloat) {
    Scatter<float>(in, out, add);
  } else {
    Scatter<double>(in, out, add);
  }
  return "";
}

std::string RunGather(const Arrays& in, const Arrays& out, Pool* pool) {
  const std::string wrong = Check(in[1], in[0].dims[0]);
  if (!wrong.empty()) return wrong;
  const int64_t bytes = RowSize(in[0]) * (in[0].type == Type::kFloat ? 4 : 8);
  const int32_t* index = in[1].as<int32_t>();
  const char* from = in[0].as<char>();
  char* to = out[0].as<char>();
  pool->Run(in[1].size(), 1 + bytes / 8, [=](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::memcpy(to + i * bytes, from + index[i] * bytes, bytes);
  });
  return "";
}

std::string IndexShape(const Dims& variable, const Dims& indices) {
  if (variable.empty()) return "variable: expected rows, received a number";
  if (indices.size() != 1)
    return "indices: expected a list, received the shape " + Text(indices);
  return "";
}

std::string ScatterShapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  const std::string wrong = IndexShape(in[0], in[2]);
  if (!wrong.empty()) return wrong;
  Dims expected = in[0];
  expected[0] = in[2][0];
  if (in[1] != expected)
    return "updates: expected the shape " + Text(expected) + ", received " + Text(in[1]);
  *out = {in[0]};
  return "";
}

std::string GatherShapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  const std::string wrong = IndexShape(in[0], in[1]);
  if (!wrong.empty()) return wrong;
  Dims rows = in[0];
  rows[0] = in[1][0];
  *out = {rows};
  return "";
}

RegisterKernel set(
    {"NengodlScatterSet", ScatterShapes, RunScatter<false>, {{0, 0}}, false});
RegisterKernel add(
    {"NengodlScatterAdd", ScatterShapes, RunScatter<true>, {{0, 0}}, false});
RegisterKernel gather({"NengodlGatherRows", GatherShapes, RunGather, {}, false});

}  // namespace
}  // namespace nengodl
