"""A session on disk: raw.bdf, events, tables, summary and the facts that explain them."""
