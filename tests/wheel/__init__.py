"""Tests of the onnxruntime wheel, on native ONNX Runtime as the reference and in the tab."""
