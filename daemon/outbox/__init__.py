"""The outbox: letters claimed, transmitted once, and marked; what is in doubt goes to a person."""
