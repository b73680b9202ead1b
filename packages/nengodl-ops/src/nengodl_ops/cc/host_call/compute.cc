// SPDX-License-Identifier: MIT
// A call of a Python function. Python owns one array for each argument and each result
// (see kernels/host.py), so that nothing is made in a call: arguments are copied
// into them, the function is called by its number, and results are copied out.
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/kernel.h"

namespace nengodl {
namespace {

// Returns 1, or another number and what is wrong in `message`. Not 0 for "all is well", as
// that is what ctypes returns when an exception escapes.
typedef int (*Callback)(int64_t number, char* message, int64_t capacity);

struct Buffer {
  char* data;
  int64_t bytes;
};

struct Function {
  std::vector<Buffer> arguments, results;
  std::vector<char> message = std::vector<char>(1 << 14);
  std::atomic<bool> busy{false};
};

std::atomic<Callback> callback{nullptr};
std::mutex mutex;

// Never deleted: threads of TensorFlow may outlast static objects.
std::map<int64_t, std::shared_ptr<Function>>& Functions() {
  static auto* functions = new std::map<int64_t, std::shared_ptr<Function>>;
  return *functions;
}

std::shared_ptr<Function> Find(int64_t number) {
  std::lock_guard<std::mutex> lock(mutex);
  const auto found = Functions().find(number);
  return found == Functions().end() ? nullptr : found->second;
}

int64_t Width(Type type) {
  switch (type) {
    case Type::kDouble:
    case Type::kInt64:
      return 8;
    case Type::kBool:
      return 1;
    default:
      return 4;
  }
}

// Operands behind the first `skip`, as bytes.
std::string Fits(const char* what, const Arrays& arrays, size_t skip,
                 const std::vector<Buffer>& buffers) {
  bool fits = arrays.size() - skip == buffers.size();
  for (size_t i = 0; fits && i < buffers.size(); ++i) {
    const Array& array = arrays[skip + i];
    fits = array.type != Type::kOther &&
           array.size() * Width(array.type) == buffers[i].bytes;
  }
  if (fits) return "";
  return std::string(what) + " do not have the shapes that the function was made for";
}

std::string Call(Function& function, int64_t number, const Arrays& in,
                 const Arrays& out) {
  std::string wrong = Fits("arguments", in, 2, function.arguments);
  if (wrong.empty()) wrong = Fits("results", out, 1, function.results);
  if (!wrong.empty()) return wrong;
  for (size_t i = 0; i < function.arguments.size(); ++i)
    std::memcpy(function.arguments[i].data, in[2 + i].data, function.arguments[i].bytes);
  const Callback call = callback.load();
  std::strcpy(function.message.data(), "the call of the Python function was interrupted");
  if (call(number, function.message.data(), function.message.size()) != 1)
    return function.message.data();
  for (size_t i = 0; i < function.results.size(); ++i)
    std::memcpy(out[1 + i].data, function.results[i].data, function.results[i].bytes);
  *out[0].as<int32_t>() = *in[1].as<int32_t>();
  return "";
}

// in: number of the function, a number to wait for, arguments; out: that number, results.
std::string Run(const Arrays& in, const Arrays& out, Pool*) {
  const int64_t number = *in[0].as<int64_t>();
  const std::shared_ptr<Function> function = Find(number);
  if (function == nullptr)
    return "the Python function is gone: keep what called nengodl_ops.host_call";
  if (function->busy.exchange(true))
    return "the Python function is at work already, in another thread or inside itself";
  std::string wrong = Call(*function, number, in, out);
  function->busy = false;
  return wrong;
}

RegisterKernel registered({"NengodlHostCall", nullptr, Run, {}, true});

std::vector<Buffer> Buffers(int64_t count, void** data, const int64_t* bytes) {
  std::vector<Buffer> buffers;
  for (int64_t i = 0; i < count; ++i)
    buffers.push_back({static_cast<char*>(data[i]), bytes[i]});
  return buffers;
}

}  // namespace
}  // namespace nengodl

// What Python calls, by ctypes.
extern "C" {

void nengodl_host_callback(nengodl::Callback function) { nengodl::callback = function; }

void nengodl_host_register(int64_t number, int64_t n_arguments, void** arguments,
                           const int64_t* argument_bytes, int64_t n_results,
                           void** results, const int64_t* result_bytes) {
  auto function = std::make_shared<nengodl::Function>();
  function->arguments = nengodl::Buffers(n_arguments, arguments, argument_bytes);
  function->results = nengodl::Buffers(n_results, results, result_bytes);
  std::lock_guard<std::mutex> lock(nengodl::mutex);
  nengodl::Functions()[number] = function;
}

void nengodl_host_forget(int64_t number) {
  std::lock_guard<std::mutex> lock(nengodl::mutex);
  nengodl::Functions().erase(number);
}
}
