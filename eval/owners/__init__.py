"""Short dialogues with one task each and the owner a careful reader gives it (docs/annotation.md)."""
