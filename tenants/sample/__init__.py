"""The sample province of `make up`, and the doors through which tests and benchmarks make residents and runs."""
