"""The floor that every process stands on. Knows no model, task or tenant."""
