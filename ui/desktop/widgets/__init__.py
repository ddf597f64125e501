"""Small widgets: each draws a frozen view, and holds no signal, no timer and no decision."""
