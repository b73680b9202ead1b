// SPDX-License-Identifier: MIT
// A step of leaky integrate-and-fire neurons, as in nengo.LIF and nengo.AdaptiveLIF, in
// one pass over voltage, refractory time, adaptation and output:
//
//   remaining = refractory - dt
//   voltage' = voltage - (current - voltage) * expm1(-clip(dt - remaining, 0, dt) / tau_rc)
//   where voltage' > 1: output = height, voltage' = 0 and
//     refractory' = tau_ref + dt + tau_rc * log1p((1 - voltage') / (current - 1))
//
// Both functions have arguments within [-dt / tau_rc, 0], where short polynomials do. All
// neurons compute both: a branch would cost more.
#include <cmath>

#include "common/kernel.h"
#include "common/runs.h"
#include "common/simd.h"

namespace nengodl {
namespace {

// Of dt / tau_rc, up to which the polynomials are exact to rounding.
constexpr double kSmall = 0.06;

// Rows of the operand `parameters`: 1 / tau_rc, tau_rc, tau_ref + dt, the height of a
// spike, the lowest voltage, dt / tau_n, inc_n.
enum Parameter { kRate, kTauRc, kRest, kHeight, kFloor, kShareN, kIncN, kParameters };

// Polynomials through Chebyshev nodes: (1 - exp(-y)) / y for 0 <= y <= 0.06, to relative
// errors of 8.5e-10 and 8.5e-18, and log1p(x) / s as one of s^2, with s = x / (2 + x) and
// -0.06 <= x <= 0, to 2.4e-8 and 1.5e-19. tests/kernels/test_lif_coefficients.py
// computes them again.
template <typename T>
struct Coefficients;

template <>
struct Coefficients<float> {
  static constexpr float rise[] = {0.99999999917292787f, -0.49999955875662299f,
                                   0.16662983415792990f, -0.04068027851561016f};
  static constexpr float log[] = {1.99999995388838163f, 0.66705089721422166f};
};
constexpr float Coefficients<float>::rise[];
constexpr float Coefficients<float>::log[];

template <>
struct Coefficients<double> {
  static constexpr double rise[] = {
      0.99999999999999999172,  -0.49999999999998647522,  0.16666666666305879876,
      -0.041666666305628707648, 0.0083333161199781131551, -0.0013884671841504224194,
      0.00019327741347877047963};
  static constexpr double log[] = {2.0000000000000000003, 0.66666666666665155552,
                                   0.40000000012591549804, 0.28571391853000326999,
                                   0.22265916250437006095};
};
constexpr double Coefficients<double>::rise[];
constexpr double Coefficients<double>::log[];

template <typename T, int terms>
NENGODL_INLINE T Polynomial(const T (&coefficients)[terms], T x) {
  T sum = coefficients[terms - 1];
  for (int k = terms - 2; k >= 0; --k) sum = coefficients[k] + x * sum;
  return sum;
}

template <typename T>
NENGODL_INLINE T SmallRise(T y) {
  return y * Polynomial(Coefficients<T>::rise, y);
}

// log1p(above / below), with one division for both.
template <typename T>
NENGODL_INLINE T SmallLog1p(T above, T below) {
  const T ratio = above / (below + below + above);
  return ratio * Polynomial(Coefficients<T>::log, ratio * ratio);
}

template <typename T>
struct Operands {
  const T *current, *voltage, *refractory, *adaptation;
  T *output, *new_voltage, *new_refractory, *new_adaptation;
  // kParameters rows of as many numbers as there are operators
  const T* parameters;
  T dt;
  Runs runs;
  bool small, adaptive;
};

// Element i has the parameters same[k], or, if they differ, p[k * stride + i].
template <typename T, bool differ>
struct Parameters {
  const T* p;
  int64_t stride;
  T same[kParameters];

  NENGODL_INLINE T Get(Parameter k, int64_t i) const {
    return differ ? p[k * stride + i] : same[k];
  }
};

// Not clip, whose two comparisons compilers join to four of vectors. What is no number
// stays none.
template <typename T>
NENGODL_INLINE T Positive(T x) {
  return x < 0 ? 0 : x;
}

// Writes the voltages that `count` elements from `at` on reach before the reset.
template <typename T, bool small, bool adaptive, bool differ>
NENGODL_INLINE void Charge(const Operands<T>& o, int64_t at, int64_t count,
                           const Parameters<T, differ>& parameters,
                           T* __restrict reached_out) {
  const T* current_in = o.current + at;
  const T* voltage_in = o.voltage + at;
  const T* refractory_in = o.refractory + at;
  const T* adaptation_in = adaptive ? o.adaptation + at : nullptr;
  const T dt = o.dt;
  NENGODL_SIMD
  for (int64_t i = 0; i < count; ++i) {
    const T adaptation = adaptive ? adaptation_in[i] : 0;
    const T current = current_in[i] - adaptation, voltage = voltage_in[i];
    // clip(dt - remaining, 0, dt)
    const T active = Positive(dt - Positive(refractory_in[i] - dt));
    const T passes = active * parameters.Get(kRate, i);
    const T rise = small ? SmallRise(passes) : -std::expm1(-passes);
    reached_out[i] = voltage + (current - voltage) * rise;
  }
}

// Writes outputs and states. In place each element is read before it is written, and by
// no other iteration.
template <typename T, bool small, bool adaptive, bool differ>
NENGODL_INLINE void Fire(const Operands<T>& o, int64_t at, int64_t count,
                         const Parameters<T, differ>& parameters,
                         const T* __restrict reached_in) {
  const T* __restrict current_in = o.current + at;
  const T* refractory_in = o.refractory + at;
  const T* adaptation_in = adaptive ? o.adaptation + at : nullptr;
  T* __restrict output_out = o.output + at;
  T* voltage_out = o.new_voltage + at;
  T* refractory_out = o.new_refractory + at;
  T* adaptation_out = adaptive ? o.new_adaptation + at : nullptr;
  const T dt = o.dt;
  NENGODL_SIMD
  for (int64_t i = 0; i < count; ++i) {
    const T adaptation = adaptive ? adaptation_in[i] : 0, reached = reached_in[i];
    const T height = parameters.Get(kHeight, i), floor = parameters.Get(kFloor, i);
    const bool spiked = reached > 1;
    // where none has spiked these are any numbers, and not used
    const T excess = 1 - reached, above = current_in[i] - adaptation - 1;
    const T passed = small ? SmallLog1p(excess, above) : std::log1p(excess / above);
    const T rests = parameters.Get(kRest, i) + parameters.Get(kTauRc, i) * passed;
    const T remaining = refractory_in[i] - dt;
    const T output = spiked ? height : 0;
    const T bounded = reached < floor ? floor : reached;
    output_out[i] = output;
    voltage_out[i] = spiked ? 0 : bounded;
    refractory_out[i] = spiked ? rests : remaining;
    const T grown = adaptive ? parameters.Get(kIncN, i) * output - adaptation : 0;
    if (adaptive) adaptation_out[i] = adaptation + parameters.Get(kShareN, i) * grown;
  }
}

// At most this many elements go through both halves of a step, one after the other, so
// that what lies between them stays in the first cache. In one loop all of it would be
// one chain of dependent operations, longer than the processor looks ahead.
constexpr int64_t kBlock = 256;

// Elements from `at` to `end`, the parameters of the first of which begin at `p`.
template <typename T, bool small, bool adaptive, bool differ>
NENGODL_INLINE void Loop(const Operands<T>& o, int64_t at, int64_t end, const T* p) {
  T reached[kBlock];
  const int64_t stride = o.runs.operators;
  Parameters<T, differ> parameters{p, stride, {}};
  for (int k = 0; k < kParameters; ++k) parameters.same[k] = p[k * stride];
  for (; at < end; at += kBlock) {
    const int64_t count = end - at < kBlock ? end - at : kBlock;
    Charge<T, small, adaptive, differ>(o, at, count, parameters, reached);
    Fire<T, small, adaptive, differ>(o, at, count, parameters, reached);
    if (differ) parameters.p += count;
  }
}

template <typename T, bool small, bool adaptive>
NENGODL_INLINE void Range(const Operands<T>& o, int64_t begin, int64_t end) {
  while (begin < end) {
    const int64_t stop = o.runs.Stop(begin, end);
    const T* p = o.parameters + o.runs.Operator(begin);
    if (o.runs.differ()) {
      Loop<T, small, adaptive, true>(o, begin, stop, p);
    } else {
      Loop<T, small, adaptive, false>(o, begin, stop, p);
    }
    begin = stop;
  }
}

template <typename T>
NENGODL_INLINE void Choose(const Operands<T>& o, int64_t begin, int64_t end) {
  if (o.small && o.adaptive) return Range<T, true, true>(o, begin, end);
  if (o.small) return Range<T, true, false>(o, begin, end);
  if (o.adaptive) return Range<T, false, true>(o, begin, end);
  Range<T, false, false>(o, begin, end);
}

NENGODL_VARIANTS(template <typename T> void, ChooseOf,
                 (const Operands<T>& o, int64_t begin, int64_t end),
                 (o, begin, end), { Choose(o, begin, end); })

template <typename T>
void Compute(const Arrays& in, const Arrays& out, Pool* pool) {
  const bool adaptive = in.size() == 7;
  Operands<T> o;
  o.current = in[0].as<T>();
  o.voltage = in[1].as<T>();
  o.refractory = in[2].as<T>();
  o.adaptation = adaptive ? in[6].as<T>() : nullptr;
  o.output = out[0].as<T>();
  o.new_voltage = out[1].as<T>();
  o.new_refractory = out[2].as<T>();
  o.new_adaptation = adaptive ? out[3].as<T>() : nullptr;
  o.dt = *in[4].as<T>();
  o.parameters = in[3].as<T>();
  o.runs = {in[3].dims[1], *in[5].as<int32_t>()};
  o.adaptive = adaptive;
  o.small = true;
  const int64_t count = o.runs.operators;
  for (int64_t k = 0; k < count; ++k)
    o.small = o.small && o.dt * o.parameters[kRate * count + k] <= kSmall;
  pool->Run((in[0].size() + 63) / 64, 64, [&o, &in](int64_t begin, int64_t end) {
    const int64_t size = in[0].size();
    ChooseOf(o, 64 * begin, 64 * end < size ? 64 * end : size);
  });
}

std::string Shapes(const std::vector<Dims>& in, std::vector<Dims>* out) {
  const char* names[] = {"current", "voltage", "refractory", "parameters",
                         "dt",      "inner",   "adaptation"};
  for (size_t i : {size_t(1), size_t(2), size_t(6)}) {
    if (i < in.size() && in[i] != in[0])
      return std::string(names[i]) + ": expected the shape of current, " + Text(in[0]) +
             ", received " + Text(in[i]);
  }
  if (in[3].size() != 2 || in[3][0] != kParameters || in[3][1] < 1)
    return "parameters: expected (7, operators), received " + Text(in[3]);
  for (int i : {4, 5}) {
    if (!in[i].empty())
      return std::string(names[i]) + ": expected a number, received " + Text(in[i]);
  }
  out->assign(in.size() == 7 ? 4 : 3, in[0]);
  return "";
}

std::string Run(const Arrays& in, const Arrays& out, Pool* pool) {
  return RunNeurons(in, out, pool, *in[5].as<int32_t>(), Compute<float>,
                    Compute<double>);
}

RegisterKernel lif({"NengodlLif", Shapes, Run, {{1, 1}, {2, 2}}, false});
RegisterKernel adaptive(
    {"NengodlAdaptiveLif", Shapes, Run, {{1, 1}, {2, 2}, {3, 6}}, false});

}  // namespace
}  // namespace nengodl
