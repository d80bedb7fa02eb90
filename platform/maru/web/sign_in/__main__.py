"""`python -m maru.web.sign_in FOLDER`: puts the sign-in pages into a folder of Keycloak's themes."""

import argparse
from pathlib import Path

from maru.web.sign_in import lay_out

parser = argparse.ArgumentParser(prog="python -m maru.web.sign_in", description=__doc__)
parser.add_argument("themes", type=Path)
lay_out(parser.parse_args().themes)
