"""Floor 5: processes: the supervisor with its slots and listening sockets, and a worker's beginning."""
