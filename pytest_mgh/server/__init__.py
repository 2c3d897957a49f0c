"""The hub over HTTP: for any SDK, for tests in other languages, with a page to look at.

`HubServer` (serving) runs the application in a thread; `pytest-mgh serve` (command) runs that until
a signal comes. The application leads requests to the services' calls, to the control of the hub
that `schemas/control/openapi.json` describes, and to the console, whose files are in `page/`.

Only this room imports starlette and uvicorn, of the extra `server`. May import transports, hub and
the rooms below them; not mock or bridge, which stand beside it.
"""
