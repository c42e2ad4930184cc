"""The benchmark that cannot flatter: ours and its peers, in the same browser, in turns.

``python -m tests.benchmarks.bench --site build/site --out build/bench``, which ``make bench`` runs.

- `plan`: who is measured, what, in which settings, and in which order;
- `peers`, `stage`: the peers' npm packages, and the folder that is served on loopback;
- `visit`, `native`: one visit of a browser to one contender's page, and one run without a browser;
- `samples`: what came out, and its medians;
- `verdict`: the ratios that the project is judged by;
- `machine`, `report`, `charts`: what is written.
"""
