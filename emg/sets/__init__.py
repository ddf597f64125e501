"""What an athlete is asked to do, and what each was worth: sets of holds, of repetitions and of bouts."""
