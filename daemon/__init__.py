"""The effects: mailboxes, records, decisions carried out, letters delivered."""
