"""Answering from provenance: facts in, letter out. Pure: no network, no database, no clock."""
