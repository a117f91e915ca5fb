"""Contacts: reading a list in whatever form it was bought, importing it, checking what it can answer, showing it."""
