"""The provincial ledger: what a person learned anywhere in the province, and the papers that prove it."""
