"""The hub over HTTP: for any SDK, for tests in other languages, with a page to look at.

`HubServer` (serving) runs the application in a thread; `pytest-mgh serve` (command) runs that until
a signal comes. The application leads requests to the services' calls, to the control of the hub
that `schemas/control/openapi.json` describes, and to the console, whose files are in `page/`.

This is the one room that imports starlette, uvicorn and click: the extra `server`. It may import
transports, hub, and all below them; not mock, which stands beside it, nor report.
"""
