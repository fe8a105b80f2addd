# SPDX-License-Identifier: MIT
"""ramp/tensor.h from Python: PyTorch's tensors as DLTensors, functions and folds by name."""
import ctypes

CODES = {"torch.float64": (2, 64), "torch.float32": (2, 32), "torch.float16": (2, 16),
         "torch.bfloat16": (4, 16), "torch.uint8": (1, 8), "torch.int64": (0, 64)}


class DLTensor(ctypes.Structure):
    """As dlpack.h has it."""
    _fields_ = [("data", ctypes.c_void_p), ("device_type", ctypes.c_int32),
                ("device_id", ctypes.c_int32), ("ndim", ctypes.c_int32),
                ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64)]


def dltensor(tensor):
    """Valid as long as the tensor is."""
    sizes = ctypes.c_int64 * tensor.dim()
    code, bits = CODES[str(tensor.dtype)]
    return DLTensor(tensor.data_ptr(), 1, 0, tensor.dim(), code, bits, 1,
                    sizes(*tensor.shape), sizes(*tensor.stride()), 0)


class Ramp:
    """libramp.so."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.ramp_error_detail.restype = ctypes.c_char_p
        self.library.ramp_variant.restype = ctypes.c_char_p

    def check(self, status):
        if status:
            raise RuntimeError(self.library.ramp_error_detail().decode())

    def bind(self, call, *arguments):
        """A call without arguments; tensors become DLTensors, once."""
        given = [None if a is None else ctypes.byref(dltensor(a)) if hasattr(a, "data_ptr") else a
                 for a in arguments]
        return lambda: self.check(call(*given))

    def fold(self, text):
        fold = ctypes.create_string_buffer(64)  # larger than a ramp_fold
        self.check(self.library.ramp_fold_parse(text.encode(), fold))
        return fold

    def fold_forward(self, text, x, y, winners=None):
        return self.bind(self.library.ramp_fold_forward, self.fold(text), -1, x, None, y, winners)

    def fold_backward(self, text, kept, dy, dx):
        return self.bind(self.library.ramp_fold_backward, self.fold(text), -1, kept, None, dy, dx)

    def prelu_forward(self, x, slope, y):
        return self.bind(self.library.ramp_prelu_forward, x, slope, y)

    def prelu_backward(self, x, slope, dy, dx, dslope):
        return self.bind(self.library.ramp_prelu_backward, x, slope, dy, dx, dslope)
