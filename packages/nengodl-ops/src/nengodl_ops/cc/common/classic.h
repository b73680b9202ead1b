// SPDX-License-Identifier: MIT
// A kernel as TensorFlow runs it outside XLA: one class for all.
#ifndef NENGODL_OPS_COMMON_CLASSIC_H_
#define NENGODL_OPS_COMMON_CLASSIC_H_

#include "common/kernel.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace nengodl {

// Type of ours for one of TensorFlow's.
Type TypeOf(tensorflow::DataType type);

// The shape function of the kernel `name`, as far as the inputs' shapes are known.
tensorflow::Status InferShapes(const char* name,
                               tensorflow::shape_inference::InferenceContext* context);

class ClassicKernel : public tensorflow::OpKernel {
 public:
  explicit ClassicKernel(tensorflow::OpKernelConstruction* context);
  void Compute(tensorflow::OpKernelContext* context) override;

 private:
  const Kernel* kernel_;
  // Of the outputs, where they are attributes.
  std::vector<Dims> shapes_;
};

}  // namespace nengodl

#define NENGODL_SHAPES(name)                                           \
  [](tensorflow::shape_inference::InferenceContext* context) {         \
    return ::nengodl::InferShapes(name, context);                      \
  }

#define NENGODL_REGISTER_CPU(name) \
  REGISTER_KERNEL_BUILDER(Name(name).Device(tensorflow::DEVICE_CPU), ClassicKernel)

#endif  // NENGODL_OPS_COMMON_CLASSIC_H_
