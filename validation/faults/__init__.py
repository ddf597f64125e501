"""Every kind of board against every fault, through the real sources and the whole session."""
