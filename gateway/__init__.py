"""The gateway: takes callers' tasks in, has them placed, and streams the answers back."""
