"""Answers that are kept: in this process, or in a Redis that all gateways share."""
