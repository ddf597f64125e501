"""What the signal means: filters, envelopes, activation, holds and coaching. No Qt, no device, no thread."""
