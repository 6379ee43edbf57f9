"""The pages of the one window; each talks to the Desk and says by signals where to go next."""
