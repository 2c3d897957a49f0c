"""The hub over HTTP: for any SDK, for tests in other languages, with a page to look at."""
