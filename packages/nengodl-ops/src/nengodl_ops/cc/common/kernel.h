// SPDX-License-Identifier: MIT
// A kernel as data: its name, its shapes, its function. Free of TensorFlow, so that
// compute.cc files compile in a second and run under any checker of memory.
#ifndef NENGODL_OPS_COMMON_KERNEL_H_
#define NENGODL_OPS_COMMON_KERNEL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nengodl {

enum class Type { kFloat, kDouble, kInt32, kInt64, kBool, kOther };

using Dims = std::vector<int64_t>;

inline int64_t SizeOf(const Dims& dims) {
  int64_t size = 1;
  for (int64_t n : dims) size *= n;
  return size;
}

// The lengths of an array's axes, which somebody else owns: a step of a small network
// takes a few microseconds, and copying those of ten arrays would be half of one.
struct DimsView {
  const int64_t* begin_;
  size_t rank;

  int64_t operator[](size_t axis) const { return begin_[axis]; }
  size_t size() const { return rank; }
};

// An array in row-major order that somebody else owns.
struct Array {
  void* data;
  DimsView dims;
  Type type;

  int64_t size() const {
    int64_t size = 1;
    for (size_t axis = 0; axis < dims.rank; ++axis) size *= dims[axis];
    return size;
  }
  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
};

using Arrays = std::vector<Array>;

// The threads that a kernel may use: TensorFlow's own, in XLA and outside.
class Pool {
 public:
  virtual ~Pool() {}
  // Calls work(begin, end) on parts of [0, n); one unit takes about `cost` ns.
  virtual void Run(int64_t n, int64_t cost,
                   const std::function<void(int64_t, int64_t)>& work) = 0;
};

// Each returns what is wrong, in words; nothing is written if so.
using ShapeFunction = std::string (*)(const std::vector<Dims>& in,
                                      std::vector<Dims>* out);
using ComputeFunction = std::string (*)(const Arrays& in, const Arrays& out,
                                        Pool* pool);

struct Kernel {
  std::string name;
  // Null where the shapes are attributes of the operation.
  ShapeFunction shapes;
  ComputeFunction compute;
  // (output, input) pairs that may be the same memory.
  std::vector<std::pair<int, int>> in_place;
  // Must be called once each time, whatever becomes of its results.
  bool has_side_effect;
};

// Kernels by name; compute.cc files add theirs while the library is loaded.
const Kernel* FindKernel(const std::string& name);
const std::vector<Kernel>& AllKernels();

struct RegisterKernel {
  explicit RegisterKernel(Kernel kernel);
};

// "(2, 3)"
std::string Text(const Dims& dims);

}  // namespace nengodl

#endif  // NENGODL_OPS_COMMON_KERNEL_H_
