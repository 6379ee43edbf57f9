"""Capture: sound from a microphone or a file, sealed on disk in order. 16 kHz, mono, 16-bit throughout."""
