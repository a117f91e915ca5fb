"""Carrying out what was decided: pausing, suppressing, freezing, answering."""
