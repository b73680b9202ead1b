// SPDX-License-Identifier: MIT
// All kernels inside XLA: each operation becomes a custom call with the typed interface
// of XLA ("FFI"), and one function handles the calls of all kernels.
#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>

#include "common/kernel.h"
#include "tensorflow/compiler/tf2xla/xla_op_kernel.h"
#include "tensorflow/compiler/tf2xla/xla_op_registry.h"
#include "xla/ffi/api/c_api.h"
#include "xla/ffi/api/ffi.h"
#include "xla/hlo/builder/xla_builder.h"

// Declared here, as the header that does includes MLIR's, which the wheel lacks.
namespace xla {
namespace ffi {
const XLA_FFI_Api* GetXlaFfiApi();
}  // namespace ffi
}  // namespace xla

namespace nengodl {
namespace {

namespace tf = tensorflow;
namespace ffi = xla::ffi;

Type TypeOf(ffi::DataType type) {
  switch (type) {
    case ffi::DataType::F32:
      return Type::kFloat;
    case ffi::DataType::F64:
      return Type::kDouble;
    case ffi::DataType::S32:
      return Type::kInt32;
    case ffi::DataType::S64:
      return Type::kInt64;
    case ffi::DataType::PRED:
      return Type::kBool;
    default:
      return Type::kOther;
  }
}

// Work shared with threads that may come late: whoever is free takes the next part, and
// the caller waits only for parts that somebody is at. So it cannot wait for itself.
class Shared {
 public:
  Shared(int64_t n, int64_t parts, const std::function<void(int64_t, int64_t)>& work)
      : n_(n), parts_(parts), work_(work) {}

  void Help() {
    for (int64_t part; (part = next_.fetch_add(1)) < parts_;) {
      work_(n_ * part / parts_, n_ * (part + 1) / parts_);
      done_.fetch_add(1, std::memory_order_release);
    }
  }

  // Others are at their last part, which takes as long as ours: no reason to sleep, unless
  // the processor is needed for them.
  void Wait() {
    for (int64_t spins = 0; done_.load(std::memory_order_acquire) < parts_; ++spins) {
      if (spins > kSpins) std::this_thread::yield();
    }
  }

 private:
  static constexpr int64_t kSpins = 1000;

  const int64_t n_, parts_;
  // Not used once all parts are taken, so the caller's function may be gone by then.
  const std::function<void(int64_t, int64_t)>& work_;
  std::atomic<int64_t> next_{0}, done_{0};
};

// A call to another thread pays from about so many nanoseconds of work on.
constexpr int64_t kWorthSharing = 20000;
// As threads do not start at the same time, the last ones find less to do.
constexpr int64_t kPartsEach = 4;

class CallPool : public Pool {
 public:
  explicit CallPool(ffi::ThreadPool* threads) : threads_(threads) {}

  void Run(int64_t n, int64_t cost,
           const std::function<void(int64_t, int64_t)>& work) override {
    const int64_t workers = n * cost < kWorthSharing ? 1 : threads_->num_threads();
    if (workers < 2) {
      work(0, n);
      return;
    }
    const int64_t parts = std::min(n, kPartsEach * workers);
    auto shared = std::make_shared<Shared>(n, parts, work);
    for (int64_t i = 1; i < std::min(workers, parts); ++i)
      threads_->Schedule([shared] { shared->Help(); });
    shared->Help();
    shared->Wait();
  }

 private:
  ffi::ThreadPool* threads_;
};

template <typename Buffer>
Array ArrayOf(const Buffer& buffer) {
  const auto dims = buffer.dimensions();
  return {buffer.untyped_data(), {dims.begin(), dims.size()},
          TypeOf(buffer.element_type())};
}

ffi::Error Handle(ffi::ThreadPool threads, int64_t number, ffi::RemainingArgs args,
                  ffi::RemainingRets rets) {
  Arrays in, out;
  in.reserve(args.size());
  out.reserve(rets.size());
  for (size_t i = 0; i < args.size(); ++i)
    in.push_back(ArrayOf(args.get<ffi::AnyBuffer>(i).value()));
  for (size_t i = 0; i < rets.size(); ++i)
    out.push_back(ArrayOf(*rets.get<ffi::AnyBuffer>(i).value()));
  CallPool pool(&threads);
  const std::string wrong = AllKernels()[number].compute(in, out, &pool);
  if (wrong.empty()) return ffi::Error::Success();
  return ffi::Error(ffi::ErrorCode::kInvalidArgument, wrong);
}

XLA_FFI_DEFINE_HANDLER(handler, Handle,
                       ffi::Ffi::Bind()
                           .Ctx<ffi::ThreadPool>()
                           .Attr<int64_t>("number")
                           .RemainingArgs()
                           .RemainingRets());

constexpr char kTarget[] = "nengodl_ops";

class XlaKernel : public tf::XlaOpKernel {
 public:
  explicit XlaKernel(tf::OpKernelConstruction* context) : XlaOpKernel(context) {
    while (number_ < AllKernels().size() && kernel().name != type_string()) ++number_;
    if (kernel().shapes != nullptr) return;
    std::vector<tf::TensorShape> shapes;
    OP_REQUIRES_OK(context, context->GetAttr("shapes", &shapes));
    for (const auto& shape : shapes) {
      const auto sizes = shape.dim_sizes();
      shapes_.push_back(Dims(sizes.begin(), sizes.end()));
    }
  }

  void Compile(tf::XlaOpKernelContext* context) override {
    std::vector<xla::XlaOp> operands;
    std::vector<Dims> in, out = shapes_;
    for (int i = 0; i < context->num_inputs(); ++i) {
      operands.push_back(context->Input(i));
      const auto sizes = context->InputShape(i).dim_sizes();
      in.push_back(Dims(sizes.begin(), sizes.end()));
    }
    std::string wrong;
    if (kernel().shapes != nullptr) wrong = kernel().shapes(in, &out);
    OP_REQUIRES(context, wrong.empty(), tf::errors::InvalidArgument(name(), ": ", wrong));
    const xla::XlaOp call = Call(context, operands, out);
    for (int i = 0; i < context->num_outputs(); ++i)
      context->SetOutput(i, xla::GetTupleElement(call, i));
  }

 private:
  const Kernel& kernel() const { return AllKernels()[number_]; }

  xla::XlaOp Call(tf::XlaOpKernelContext* context,
                  const std::vector<xla::XlaOp>& operands, const std::vector<Dims>& out) {
    std::vector<xla::Shape> given, made;
    for (int i = 0; i < context->num_inputs(); ++i)
      given.push_back(xla::ShapeUtil::MakeShapeWithDescendingLayout(
          context->input_xla_type(i), context->InputShape(i).dim_sizes()));
    for (int i = 0; i < context->num_outputs(); ++i)
      made.push_back(xla::ShapeUtil::MakeShapeWithDescendingLayout(
          context->output_xla_type(i), out[i]));
    std::vector<std::pair<xla::ShapeIndex, std::pair<int64_t, xla::ShapeIndex>>> aliases;
    for (const auto& pair : kernel().in_place)
      aliases.push_back({{pair.first}, {pair.second, {}}});
    return xla::CustomCallWithLayout(
        context->builder(), kTarget, operands, xla::ShapeUtil::MakeTupleShape(made),
        given, "{number = " + std::to_string(number_) + " : i64}",
        kernel().has_side_effect, aliases, nullptr,
        xla::CustomCallSchedule::SCHEDULE_NONE,
        xla::CustomCallApiVersion::API_VERSION_TYPED_FFI);
  }

  size_t number_ = 0;
  std::vector<Dims> shapes_;
};

// Not by REGISTER_XLA_OP: what that notes down is looked at once, when XLA compiles the
// first program of the process, which may be before this library is loaded.
#define NENGODL_REGISTER_XLA(name) \
  REGISTER_KERNEL_BUILDER(Name(name).Device(tf::DEVICE_CPU_XLA_JIT), XlaKernel)

NENGODL_REGISTER_XLA("NengodlAdaptiveLif");
NENGODL_REGISTER_XLA("NengodlCountSpikes");
NENGODL_REGISTER_XLA("NengodlGatherRows");
NENGODL_REGISTER_XLA("NengodlHostCall");
NENGODL_REGISTER_XLA("NengodlLearnedProduct");
NENGODL_REGISTER_XLA("NengodlLif");
NENGODL_REGISTER_XLA("NengodlScatterAdd");
NENGODL_REGISTER_XLA("NengodlScatterSet");
NENGODL_REGISTER_XLA("NengodlSparseProduct");

XLA_FFI_Error* Register() {
  return ffi::Ffi::RegisterStaticHandler(ffi::GetXlaFfiApi(), kTarget, "Host", handler);
}

XLA_FFI_Error* registered = Register();

}  // namespace
}  // namespace nengodl
