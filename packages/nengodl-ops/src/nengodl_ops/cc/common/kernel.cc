// SPDX-License-Identifier: MIT
#include "common/kernel.h"

namespace nengodl {

namespace {

std::vector<Kernel>* Registry() {
  // never deleted: other static objects may still use it when the process ends
  static std::vector<Kernel>* kernels = new std::vector<Kernel>;
  return kernels;
}

}  // namespace

RegisterKernel::RegisterKernel(Kernel kernel) {
  Registry()->push_back(std::move(kernel));
}

const std::vector<Kernel>& AllKernels() { return *Registry(); }

const Kernel* FindKernel(const std::string& name) {
  for (const Kernel& kernel : AllKernels()) {
    if (kernel.name == name) return &kernel;
  }
  return nullptr;
}

std::string Text(const Dims& dims) {
  std::string text = "(";
  for (size_t i = 0; i < dims.size(); ++i) {
    if (i) text += ", ";
    text += std::to_string(dims[i]);
  }
  return text + (dims.size() == 1 ? ",)" : ")");
}

}  // namespace nengodl
