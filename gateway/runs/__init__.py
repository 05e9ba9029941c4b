"""How what was planned is carried out: steps, on one worker after another."""
