"""The demonstration: a mailbox and a mail server on this machine, a dozen replies, and what replyd does with them."""
