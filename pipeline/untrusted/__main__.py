import sys

from pipeline.untrusted.child import main

sys.exit(main(sys.argv[1:]))
