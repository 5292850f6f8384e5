"""HTTP on this machine: a server that any bytes may reach, and that can send an answer badly on purpose."""
