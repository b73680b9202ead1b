// SPDX-License-Identifier: MIT
// Products of a sparse matrix, of which only the entries are stored row by row, with the
// vectors of all items.
//
//   product[item, r] = sum over k in [starts[r], starts[r + 1]) of
//                      data[item, k] * x[item, columns[k]]
#include <algorithm>
#include <atomic>
#include <vector>

#include "common/kernel.h"
#include "common/simd.h"

namespace nengodl {
namespace {

// Items that are summed side by side, so that entries are read once for all of them.
constexpr int64_t kTogether = 16;

template <typename T>
struct Operands {
  const T *data, *x;
  const int32_t *starts, *columns;
  T* product;
  int64_t items, rows, width, entries;
  bool data_shared, x_shared;
};

// A column that is not there is taken for another one, and told.
NENGODL_INLINE uint32_t Checked(int32_t column, uint32_t width, uint32_t* bad) {
  const uint32_t inside = static_cast<uint32_t>(column) < width;
  *bad |= inside ^ 1;
  return inside ? column : 0;
}

template <typename T>
NENGODL_INLINE uint32_t OneItem(const Operands<T>& o, int64_t item, int64_t begin,
                                int64_t end) {
  const T* data = o.data + (o.data_shared ? 0 : item * o.entries);
  const T* x = o.x + (o.x_shared ? 0 : item * o.width);
  constexpr int ways = 8;
  uint32_t bad = 0;
  for (int64_t row = begin; row < end; ++row) {
    T sums[ways] = {};
    int64_t k = o.starts[row];
    const int64_t stop = o.starts[row + 1];
    for (; k + ways <= stop; k += ways) {
      for (int i = 0; i < ways; ++i)
        sums[i] += data[k + i] * x[Checked(o.columns[k + i], o.width, &bad)];
    }
    for (; k < stop; ++k) sums[0] += data[k] * x[Checked(o.columns[k], o.width, &bad)];
    T sum = 0;
    for (T part : sums) sum += part;
    o.product[item * o.rows + row] = sum;
  }
  return bad;
}

// x: (width, items) from `first` on, as items lie side by side there.
template <typename T>
NENGODL_INLINE uint32_t ManyItems(const Operands<T>& o, const T* x, int64_t begin,
                                  int64_t end) {
  uint32_t bad = 0;
  for (int64_t row = begin; row < end; ++row) {
    for (int64_t first = 0; first < o.items; first += kTogether) {
      const int64_t count = std::min(kTogether, o.items - first);
      T sums[kTogether] = {};
      for (int64_t k = o.starts[row]; k < o.starts[row + 1]; ++k) {
        const T* from = x + Checked(o.columns[k], o.width, &bad) * o.items + first;
        const T value = o.data[k];
        if (count == kTogether) {
          for (int64_t i = 0; i < kTogether; ++i) sums[i] += value * from[i];
        } else {
          for (int64_t i = 0; i < count; ++i) sums[i] += value * from[i];
        }
      }
      for (int64_t i = 0; i < count; ++i)
        o.product[(first + i) * o.rows + row] = sums[i];
    }
  }
  return bad;
}

NENGODL_VARIANTS(template <typename T> uint32_t, OneItemOf,
                 (const Operands<T>& o, int64_t item, int64_t begin, int64_t end),
                 (o, item, begin, end), { return OneItem(o, item, begin, end); })

NENGODL_VARIANTS(template <typename T> uint32_t, ManyItemsOf,
                 (const Operands<T>& o, const T* x, int64_t begin, int64_t end),
                 (o, x, begin, end), { return ManyItems(o, x, begin, end); })

template <typename T>
std::vector<T> Transposed(const Operands<T>& o) {
  std::vector<T> result(o.width * o.items);
  for (int64_t item = 0; item < o.items; ++item) {
    for (int64_t k = 0; k < o.width; ++k)
      result[k * o.items + item] = o.x[item * o.width + k];
  }
  return result;
}

template <typename T>
std::string Compute(const Arrays& in, const Arrays& out, Pool* pool) {
  Operands<T> o;
  o.data = in[0].as<T>();
  o.starts = in[1].as<int32_t>();
  o.columns = in[2].as<int32_t>();
  o.x = in[3].as<T>();
  o.product = out[0].as<T>();
  o.items = out[0].dims[0];
  o.rows = out[0].dims[1];
  o.width = in[3].dims[1];
  o.entries = in[2].dims[0];
  o.data_shared = in[0].dims[0] == 1;
  o.x_shared = in[3].dims[0] == 1;
  const bool together = o.items > 2 && o.data_shared && !o.x_shared;
  const std::vector<T> transposed = together ? Transposed(o) : std::vector<T>();
  const int64_t each = o.rows ? 1 + o.entries / o.rows : 1;
  std::atomic<uint32_t> bad{0};
  pool->Run(o.rows, each * o.items, [&](int64_t begin, int64_t end) {
    if (together) {
      bad |= ManyItemsOf(o, transposed.data(), begin, end);
      return;
    }
    for (int64_t item = 0; item < o.items; ++item)
      bad |= OneItemOf(o, item, begin, end);
  });
  if (!bad) return "";
  return "columns: expected numbers from 0 to " + std::to_string(o.width - 1) +
         ", the last index of x, received others";
}

std::string Shapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  if (in[2].size() != 1)
    return "columns: expected a list, received the shape " + Text(in[2]);
  if (in[1].size() != 1 || in[1][0] < 1)
    return "starts: expected (rows + 1,), received the shape " + Text(in[1]);
  if (in[0].size() != 2 || in[0][1] != in[2][0])
    return "data: expected (items, " + std::to_string(in[2][0]) + "), received " +
           Text(in[0]);
  if (in[3].size() != 2)
    return "x: expected (items, columns), received " + Text(in[3]);
  if (in[0][0] != in[3][0] && in[0][0] != 1 && in[3][0] != 1)
    return "data and x: expected as many items, or 1, received " +
           std::to_string(in[0][0]) + " and " + std::to_string(in[3][0]);
  *out = {{in[0][0] == 1 ? in[3][0] : in[0][0], in[1][0] - 1}};
  return "";
}

std::string Run(const Arrays& in, const Arrays& out, Pool* pool) {
  const int32_t* starts = in[1].as<int32_t>();
  const int64_t rows = in[1].size() - 1;
  bool good = starts[0] == 0 && starts[rows] == in[2].size();
  for (int64_t row = 0; row < rows; ++row) good = good && starts[row] <= starts[row + 1];
  if (!good)
    return "starts: expected numbers that rise from 0 to the number of entries, " +
           std::to_string(in[2].size());
  if (in[3].dims[1] == 0 && in[2].size() > 0)
    return "columns: expected none, as x has none";
  return in[0].type == Type::kFloat ? Compute<float>(in, out, pool)
                                    : Compute<double>(in, out, pool);
}

RegisterKernel registered({"NengodlSparseProduct", Shapes, Run, {}, false});

}  // namespace
}  // namespace nengodl
