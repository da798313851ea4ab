"""Floor 4: entry points: a socket, a request, a timer. The only floor that knows Starlette and uvicorn."""
