"""Reading a mail: bytes to Message, Message to own words, robots told from people."""
