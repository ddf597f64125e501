"""Pure decoders of what serial boards send: bytes in, samples out; no port, no clock, no thread."""
