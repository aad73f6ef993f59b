"""Threads that run programs."""
import concurrent.futures
import contextlib


@contextlib.contextmanager
def pool(workers):
    """A pool of threads. If the block fails, what waits is not started, and nothing waits for what runs: see
    command_line.finish()."""
    made = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        yield made
    except BaseException:
        made.shutdown(wait=False, cancel_futures=True)
        raise
    made.shutdown()
