// Which files a model needs besides its own. Only its structure is read, and nothing of the weights: they are most of
// it, and whoever creates a session waits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace wasm_engine {

// The files that the tensors of a model lie in, each once, as the model names them; of a model in memory, or in a file.
// One that cannot be read names those before the fault, or none: loading it will say what is wrong.
std::vector<std::string> ExternalFiles(const void* model, size_t size);
std::vector<std::string> ExternalFiles(const std::string& path);

}  // namespace wasm_engine
