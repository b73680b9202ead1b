// SPDX-License-Identifier: MIT
// A step of neurons that integrate a rate and spike at each whole unit, as in
// nengo.SpikingRectifiedLinear and nengo.RegularSpiking, in one pass:
//
//   reached = voltage + charge, output = height * floor(reached), voltage' -= floor
//
// The charge is rate * dt. Computed here, that product would be fused with the sum, and
// spikes whose time is a whole number of steps would come at others than nengo's.
#include <cmath>

#include "common/kernel.h"
#include "common/runs.h"
#include "common/simd.h"

namespace nengodl {
namespace {

template <typename T>
struct Operands {
  const T *charge, *voltage, *height;
  T *output, *new_voltage;
  Runs runs;
};

// `count` elements from `at` on, all of one height, or each of its own.
template <typename T, bool differ>
NENGODL_INLINE void Loop(const Operands<T>& o, int64_t at, int64_t count,
                         const T* height) {
  const T* __restrict charge_in = o.charge + at;
  const T* voltage_in = o.voltage + at;
  T* __restrict output_out = o.output + at;
  T* voltage_out = o.new_voltage + at;
  const T same = *height;
  // in place each voltage is read before it is written, and by no other iteration
  NENGODL_SIMD
  for (int64_t i = 0; i < count; ++i) {
    const T reached = voltage_in[i] + charge_in[i];
    const T spikes = std::floor(reached);
    output_out[i] = spikes * (differ ? height[i] : same);
    voltage_out[i] = reached - spikes;
  }
}

template <typename T>
NENGODL_INLINE void Range(const Operands<T>& o, int64_t begin, int64_t end) {
  while (begin < end) {
    const int64_t stop = o.runs.Stop(begin, end);
    const T* height = o.height + o.runs.Operator(begin);
    if (o.runs.differ()) {
      Loop<T, true>(o, begin, stop - begin, height);
    } else {
      Loop<T, false>(o, begin, stop - begin, height);
    }
    begin = stop;
  }
}

NENGODL_VARIANTS(template <typename T> void, RangeOf,
                 (const Operands<T>& o, int64_t begin, int64_t end),
                 (o, begin, end), { Range(o, begin, end); })

template <typename T>
void Compute(const Arrays& in, const Arrays& out, Pool* pool) {
  const Operands<T> o{in[0].as<T>(),
                      in[1].as<T>(),
                      in[2].as<T>(),
                      out[0].as<T>(),
                      out[1].as<T>(),
                      {in[2].dims[0], *in[3].as<int32_t>()}};
  const int64_t size = in[0].size();
  pool->Run((size + 63) / 64, 20, [&o, size](int64_t begin, int64_t end) {
    RangeOf(o, 64 * begin, 64 * end < size ? 64 * end : size);
  });
}

std::string Shapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  if (in[1] != in[0])
    return "voltage: expected the shape of charge, " + Text(in[0]) + ", received " +
           Text(in[1]);
  if (in[2].size() != 1 || in[2][0] < 1)
    return "height: expected (operators,), received " + Text(in[2]);
  if (!in[3].empty()) return "inner: expected a number, received " + Text(in[3]);
  out->assign(2, in[0]);
  return "";
}

std::string Run(const Arrays& in, const Arrays& out, Pool* pool) {
  return RunNeurons(in, out, pool, *in[3].as<int32_t>(), Compute<float>,
                    Compute<double>);
}

RegisterKernel registered({"NengodlCountSpikes", Shapes, Run, {{1, 1}}, false});

}  // namespace
}  // namespace nengodl
