"""The child processes in which models run, so that a crash, a hang or a cancel there costs no recording.

`client` is what the rest of Scribe talks to, `child` is what runs on the other side, `messages` is all that
crosses the pipe, `workers` loads the models and does the work.
"""
