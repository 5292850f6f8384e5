"""Documents in flight: the threads or tasks that read them, and how asynchronous code takes the next one."""
