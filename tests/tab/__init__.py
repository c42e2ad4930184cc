"""Run the project's Python tests inside a real Chromium tab.

``plugin`` makes a twin of every test and replays what the tab reports, ``session`` keeps a tab at
work, ``bundle`` packs what it needs, ``inside`` runs in the tab; ``index.html`` and ``worker.js``
are the page.

Why Selenium and not pytest-pyodide, the usual tool of packages for Pyodide:

- pytest-pyodide sends one *function* at a time into the browser, decorated, pickled and cut off
  from its module. Here the very same files, with their fixtures, parameters and ``conftest.py``,
  run natively and in the tab, so that native ONNX Runtime is the reference for ours.
- It brings a Pyodide distribution, a server and a page of its own. Here the tab loads the site's
  own distribution, from the site's own server, in a module worker as the product does.
- It starts one round trip a test. Here a pytest runs in the tab and streams its reports, as
  pytest-xdist's workers do: 1200 ONNX node tests cost seconds.
"""
