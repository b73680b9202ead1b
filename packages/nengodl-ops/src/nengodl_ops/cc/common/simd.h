// SPDX-License-Identifier: MIT
// Loops for the vectors of the processor that is there: NENGODL_VARIANTS compiles a
// function for several, and chooses one when it is called. No -march, so that one library
// runs on all of them, and no target_clones, whose "arch=haswell" is Intel's only, while
// "avx2" leaves the fused multiply-add out.
//
// The loops say NENGODL_SIMD, and call nothing but NENGODL_INLINE functions of numbers.
// The compilers' vector types would be broken down to what the oldest processor has
// before the functions are inlined (measured: 10 times slower, g++ 12).
#ifndef NENGODL_OPS_COMMON_SIMD_H_
#define NENGODL_OPS_COMMON_SIMD_H_

#define NENGODL_INLINE inline __attribute__((always_inline))

#define NENGODL_PRAGMA(text) _Pragma(#text)
#define NENGODL_SIMD NENGODL_PRAGMA(omp simd)
#define NENGODL_SIMD_SUM(...) NENGODL_PRAGMA(omp simd reduction(+ : __VA_ARGS__))

#if defined(__x86_64__) && defined(__GNUC__)

namespace nengodl {

inline bool HasAvx512() {
  static const bool has =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
  return has;
}

inline bool HasAvx2() {
  static const bool has =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return has;
}

}  // namespace nengodl

// Defines `result name parameters`, where `call` are the names of the parameters, and
// `result` may begin with `template <...>`.
#define NENGODL_VARIANTS(result, name, parameters, call, body)                 \
  result __attribute__((target("avx512f,avx512dq,avx512vl,fma"))) name##Avx512 \
      parameters body                                                          \
  result __attribute__((target("avx2,fma"))) name##Avx2 parameters body        \
  result name##Any parameters body                                             \
  result name parameters {                                                     \
    if (HasAvx512()) return name##Avx512 call;                                 \
    if (HasAvx2()) return name##Avx2 call;                                     \
    return name##Any call;                                                     \
  }

#else

#define NENGODL_VARIANTS(result, name, parameters, call, body) \
  result name parameters body

#endif

#endif  // NENGODL_OPS_COMMON_SIMD_H_
