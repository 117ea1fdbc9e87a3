"""The model that turns text into vectors: all-MiniLM-L6-v2, run by onnxruntime. Nothing else knows these libraries."""
