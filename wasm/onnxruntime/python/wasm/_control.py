"""The fields of the engine's control block, as indices of an Int32Array; see engine.h."""

STATE = 0
STATUS = 1
TERMINATE = 2
EXECUTED = 3
NODES = 4
TEXT = 5
TEXT_SIZE = 6
LOG = 7
LOG_SIZE = 8
FIELDS = 9

# States.
IDLE = 0
BUSY = 1
DIED = 2

# Statuses that are no StatusCode of ONNX Runtime's; -1 is any other C++ exception.
OK = 0
OUT_OF_MEMORY = -2
UNSUPPORTED = -3
