"""Classifiers as files: what a folder of one holds, and what of it is believed."""
