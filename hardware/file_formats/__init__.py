"""The formats of recorded files, one module each; ``hardware.files`` is the door to them."""
