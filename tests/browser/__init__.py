"""Tests of the site in a headless Chromium: the page, the client module, the model's fetch."""
