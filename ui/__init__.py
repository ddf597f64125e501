"""What people see, hear and say."""
