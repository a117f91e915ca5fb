"""Understanding replies: bytes to own words to intents. Pure: no network, no database, no clock."""
