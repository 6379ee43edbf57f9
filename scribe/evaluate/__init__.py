"""How good the drafts are, measured on fact sheets and recordings on the user's own computer."""
