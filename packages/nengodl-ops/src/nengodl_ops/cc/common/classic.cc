// SPDX-License-Identifier: MIT
#include "common/classic.h"

#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/lib/core/threadpool.h"

namespace nengodl {

namespace tf = tensorflow;

namespace {

Dims DimsOf(const tf::TensorShape& shape) {
  Dims dims;
  for (int i = 0; i < shape.dims(); ++i) dims.push_back(shape.dim_size(i));
  return dims;
}

tf::TensorShape ShapeOf(const Dims& dims) {
  tf::TensorShape shape;
  for (int64_t n : dims) shape.AddDim(n);
  return shape;
}

Array ArrayOf(const tf::Tensor& tensor, const Dims& dims) {
  void* data = const_cast<char*>(tensor.tensor_data().data());
  return {data, {dims.data(), dims.size()}, TypeOf(tensor.dtype())};
}

tf::Status SetShapes(const std::vector<Dims>& shapes,
                     tf::shape_inference::InferenceContext* context) {
  for (int i = 0; i < context->num_outputs(); ++i) {
    std::vector<tf::shape_inference::DimensionHandle> dims;
    for (int64_t n : shapes[i]) dims.push_back(context->MakeDim(n));
    context->set_output(i, context->MakeShape(dims));
  }
  return tf::Status();
}

class DevicePool : public Pool {
 public:
  explicit DevicePool(tf::OpKernelContext* context) : context_(context) {}

  void Run(int64_t n, int64_t cost,
           const std::function<void(int64_t, int64_t)>& work) override {
    auto* threads = context_->device()->tensorflow_cpu_worker_threads()->workers;
    // TensorFlow counts in cycles
    threads->ParallelFor(n, 3 * cost, work);
  }

 private:
  tf::OpKernelContext* context_;
};

}  // namespace

Type TypeOf(tf::DataType type) {
  switch (type) {
    case tf::DT_FLOAT:
      return Type::kFloat;
    case tf::DT_DOUBLE:
      return Type::kDouble;
    case tf::DT_INT32:
      return Type::kInt32;
    case tf::DT_INT64:
      return Type::kInt64;
    case tf::DT_BOOL:
      return Type::kBool;
    default:
      return Type::kOther;
  }
}

tf::Status InferShapes(const char* name,
                       tf::shape_inference::InferenceContext* context) {
  std::vector<Dims> in(context->num_inputs()), out;
  if (FindKernel(name)->shapes == nullptr) {
    std::vector<tf::TensorShape> shapes;
    TF_RETURN_IF_ERROR(context->GetAttr("shapes", &shapes));
    if (static_cast<int>(shapes.size()) != context->num_outputs())
      return tf::errors::InvalidArgument("shapes: expected one for each result");
    for (const auto& shape : shapes) out.push_back(DimsOf(shape));
    return SetShapes(out, context);
  }
  for (int i = 0; i < context->num_inputs(); ++i) {
    const auto shape = context->input(i);
    // what is not known yet is checked when the kernel runs
    if (!context->FullyDefined(shape))
      return tf::shape_inference::UnknownShape(context);
    for (int k = 0; k < context->Rank(shape); ++k)
      in[i].push_back(context->Value(context->Dim(shape, k)));
  }
  const std::string wrong = FindKernel(name)->shapes(in, &out);
  if (!wrong.empty()) return tf::errors::InvalidArgument(wrong);
  return SetShapes(out, context);
}

ClassicKernel::ClassicKernel(tf::OpKernelConstruction* context) : OpKernel(context) {
  kernel_ = FindKernel(type_string());
  OP_REQUIRES(context, kernel_ != nullptr,
              tf::errors::Internal("no kernel named ", type_string()));
  if (kernel_->shapes == nullptr) {
    std::vector<tf::TensorShape> shapes;
    OP_REQUIRES_OK(context, context->GetAttr("shapes", &shapes));
    for (const auto& shape : shapes) shapes_.push_back(DimsOf(shape));
  }
}

void ClassicKernel::Compute(tf::OpKernelContext* context) {
  std::vector<Dims> in_shapes, out_shapes = shapes_;
  Arrays in, out;
  for (int i = 0; i < context->num_inputs(); ++i)
    in_shapes.push_back(DimsOf(context->input(i).shape()));
  for (int i = 0; i < context->num_inputs(); ++i)
    in.push_back(ArrayOf(context->input(i), in_shapes[i]));
  std::string wrong;
  if (kernel_->shapes != nullptr) wrong = kernel_->shapes(in_shapes, &out_shapes);
  OP_REQUIRES(context, wrong.empty(), tf::errors::InvalidArgument(name(), ": ", wrong));
  for (int i = 0; i < context->num_outputs(); ++i) {
    std::vector<int> candidates;
    for (const auto& pair : kernel_->in_place) {
      if (pair.first == i) candidates.push_back(pair.second);
    }
    tf::Tensor* tensor = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output(
                                candidates, i, ShapeOf(out_shapes[i]), &tensor));
    out.push_back(ArrayOf(*tensor, out_shapes[i]));
  }
  DevicePool pool(context);
  wrong = kernel_->compute(in, out, &pool);
  OP_REQUIRES(context, wrong.empty(), tf::errors::InvalidArgument(name(), ": ", wrong));
}

}  // namespace nengodl
