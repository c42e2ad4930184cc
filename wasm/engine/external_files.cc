#include "external_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <map>
#include <set>
#include <utility>

#include "core/common/common.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl.h"
#include "google/protobuf/wire_format_lite.h"
#include "onnx/onnx_pb.h"

namespace wasm_engine {

namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

// The messages of ONNX in which a tensor may lie.
enum class Message { kOther, kModel, kGraph, kNode, kAttribute, kFunction, kSparseTensor, kTensor, kEntry };

// The message that a field of another holds, if it leads to tensors.
Message Held(Message message, int field) {
  static const std::map<std::pair<Message, int>, Message> held = {
      {{Message::kModel, onnx::ModelProto::kGraphFieldNumber}, Message::kGraph},
      {{Message::kModel, onnx::ModelProto::kFunctionsFieldNumber}, Message::kFunction},
      {{Message::kGraph, onnx::GraphProto::kNodeFieldNumber}, Message::kNode},
      {{Message::kGraph, onnx::GraphProto::kInitializerFieldNumber}, Message::kTensor},
      {{Message::kGraph, onnx::GraphProto::kSparseInitializerFieldNumber}, Message::kSparseTensor},
      {{Message::kNode, onnx::NodeProto::kAttributeFieldNumber}, Message::kAttribute},
      {{Message::kAttribute, onnx::AttributeProto::kTFieldNumber}, Message::kTensor},
      {{Message::kAttribute, onnx::AttributeProto::kTensorsFieldNumber}, Message::kTensor},
      {{Message::kAttribute, onnx::AttributeProto::kGFieldNumber}, Message::kGraph},
      {{Message::kAttribute, onnx::AttributeProto::kGraphsFieldNumber}, Message::kGraph},
      {{Message::kAttribute, onnx::AttributeProto::kSparseTensorFieldNumber}, Message::kSparseTensor},
      {{Message::kAttribute, onnx::AttributeProto::kSparseTensorsFieldNumber}, Message::kSparseTensor},
      {{Message::kFunction, onnx::FunctionProto::kNodeFieldNumber}, Message::kNode},
      {{Message::kFunction, onnx::FunctionProto::kAttributeProtoFieldNumber}, Message::kAttribute},
      {{Message::kSparseTensor, onnx::SparseTensorProto::kValuesFieldNumber}, Message::kTensor},
      {{Message::kSparseTensor, onnx::SparseTensorProto::kIndicesFieldNumber}, Message::kTensor},
      {{Message::kTensor, onnx::TensorProto::kExternalDataFieldNumber}, Message::kEntry},
  };
  const auto found = held.find({message, field});
  return found == held.end() ? Message::kOther : found->second;
}

constexpr int kEntryKey = onnx::StringStringEntryProto::kKeyFieldNumber;
constexpr int kEntryValue = onnx::StringStringEntryProto::kValueFieldNumber;

// Reads one message to its end; false if it is no such message. Of a tensor, `place` is what its entry "location" says.
bool Read(CodedInputStream& input, Message message, std::set<std::string>& files, std::string& place) {
  std::string key, value;  // of an entry
  std::string own_place;   // of a tensor
  uint64_t data_location = onnx::TensorProto::DEFAULT;
  while (const uint32_t tag = input.ReadTag()) {
    const int field = WireFormatLite::GetTagFieldNumber(tag);
    const auto type = WireFormatLite::GetTagWireType(tag);
    if (message == Message::kTensor && field == onnx::TensorProto::kDataLocationFieldNumber &&
        type == WireFormatLite::WIRETYPE_VARINT) {
      if (!input.ReadVarint64(&data_location)) {
        return false;
      }
      continue;
    }
    if (type != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) {
        return false;
      }
      continue;
    }
    int size;
    if (!input.ReadVarintSizeAsInt(&size)) {
      return false;
    }
    if (const Message held = Held(message, field); held != Message::kOther) {
      const auto [limit, depth_left] = input.IncrementRecursionDepthAndPushLimit(size);
      if (depth_left < 0 || !Read(input, held, files, own_place) || !input.DecrementRecursionDepthAndPopLimit(limit)) {
        return false;
      }
    } else if (message == Message::kEntry && (field == kEntryKey || field == kEntryValue)) {
      if (!input.ReadString(field == kEntryKey ? &key : &value, size)) {
        return false;
      }
    } else if (!input.Skip(size)) {
      return false;
    }
  }
  if (message == Message::kEntry && key == "location") {
    place = value;
  } else if (message == Message::kTensor && data_location == onnx::TensorProto::EXTERNAL) {
    files.insert(own_place);
  }
  return true;
}

std::vector<std::string> Files(google::protobuf::io::ZeroCopyInputStream& stream, int size) {
  CodedInputStream input(&stream);
  input.PushLimit(size);  // so that no length in it is taken for more than there is
  std::set<std::string> files;
  std::string none;
  Read(input, Message::kModel, files, none);
  files.erase("");
  return {files.begin(), files.end()};
}

// Protobuf's messages end at 2 GiB.
int Clamped(size_t size) { return static_cast<int>(std::min<size_t>(size, INT_MAX)); }

}  // namespace

std::vector<std::string> ExternalFiles(const void* model, size_t size) {
  google::protobuf::io::ArrayInputStream stream(model, Clamped(size));
  return Files(stream, Clamped(size));
}

std::vector<std::string> ExternalFiles(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY);
  ORT_ENFORCE(file >= 0, "the engine has no file ", path);
  google::protobuf::io::FileInputStream stream(file);
  stream.SetCloseOnDelete(true);
  struct stat status;
  ORT_ENFORCE(fstat(file, &status) == 0, "the engine cannot look at ", path);
  return Files(stream, Clamped(static_cast<size_t>(status.st_size)));
}

}  // namespace wasm_engine
