"""The commands behind the Makefile: fetch, build, assemble, serve, measure."""
