"""Measurements that decisions rest on; each is a module to run, none is a test."""
