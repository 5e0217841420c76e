"""Peak resident memory of this process, its workers and its JVM, from the kernel."""

import os
import resource
import subprocess
from pathlib import Path


def jvm_peak() -> float:
    """Of this process's JVM, in MB."""
    children = subprocess.run(["pgrep", "-P", str(os.getpid()), "java"], capture_output=True, text=True).stdout.split()
    peaks = [
        int(line.split()[1]) / 1024
        for pid in children
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmHWM")
    ]
    return max(peaks, default=0.0)


def python_peak() -> float:
    """Of this process and the largest of its ended children, in MB."""
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return used / 1024
