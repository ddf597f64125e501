"""A session as it runs: a cursor over stages, what people ask of it, and the view that every front draws."""
