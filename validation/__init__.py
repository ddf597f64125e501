"""What PowerHold's numbers are worth: each against something that was not made by PowerHold."""
