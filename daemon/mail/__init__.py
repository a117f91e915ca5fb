"""Mailboxes read, letters sent: the two networks this service touches by itself."""
