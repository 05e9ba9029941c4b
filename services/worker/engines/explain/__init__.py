"""What can be differentiated, and the process in which that is done."""
