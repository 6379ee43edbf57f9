"""`python -m scribe.capture`: see `scribe.capture.apart`."""

import sys

from scribe.capture.apart import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
