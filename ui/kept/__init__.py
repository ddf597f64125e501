"""What is kept on this computer of everybody who trains here: athletes, sessions, plans and settings."""
