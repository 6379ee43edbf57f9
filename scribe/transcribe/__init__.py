"""Sound → segments: what was said, with the time of every word, as it is being said.

`windows` finds speech and cuts it at pauses, `whisper` recognises one window at a time, `plausible` throws
away what recognisers invent in noise.
"""
