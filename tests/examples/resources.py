"""What a lesson that runs has and uses, from /proc (proc(5))."""

import os
import pathlib
import time


def of(lesson):
    return pathlib.Path("/proc", str(lesson.process.pid))


def descriptors(lesson):
    return len(os.listdir(of(lesson) / "fd"))


def threads(lesson):
    return len(os.listdir(of(lesson) / "task"))


def memory(lesson):
    """In bytes, without what is the kernel's."""
    fields = dict(line.split(":") for line in (of(lesson) / "status").read_text().splitlines())
    return int(fields["VmRSS"].removesuffix("kB")) * 1024


def processor_time(lesson):
    """In seconds, of the threads that there are now."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in (of(lesson) / "task").iterdir()) / 1e9


def processor_share(lesson, seconds):
    """Of one processor, measured from now on for so long."""
    used, begin = processor_time(lesson), time.monotonic()
    time.sleep(seconds)
    return (processor_time(lesson) - used) / (time.monotonic() - begin)
