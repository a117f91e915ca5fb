"""Deciding what happens to a reply. Pure: values in, a plan out."""
