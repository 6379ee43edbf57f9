"""`python -m scribe.capture ADDRESS HANDSHAKE` is the recorder process; the window starts it."""

import sys
from pathlib import Path

from scribe.capture.recorder import main

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
