"""Our kernels against their definitions."""
