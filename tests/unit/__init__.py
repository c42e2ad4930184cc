"""Tests of the wasmatte package; all that are not marked run on a desktop and in a tab."""
