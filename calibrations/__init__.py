"""What 100 % means for this athlete, today, with these electrodes."""
