"""Where the signal comes from: every module here is, or serves, a Source."""
