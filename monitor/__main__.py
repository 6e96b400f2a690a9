"""``python -m monitor`` does what ``monitor`` does."""

import sys

from monitor.cli import main

sys.exit(main())
