"""What the index survives: killed builds, full disks, flipped bytes; and the order of its system calls.

    python -m benchmarks.durability [kills|calls|full|damage] [--runs N]

Without a name all of them run, in a few minutes. The reports are made up and the encoder costs nothing; builder,
verification and searcher are the product's own. Exit status 1 if anything was lost or wrong.
"""

import argparse
import sys
from collections.abc import Callable

from benchmarks import damage, full_disk, kills, system_calls

PARTS: dict[str, tuple[Callable[[int], bool], int]] = {  # name -> what it does, how often
    "kills": (kills.main, 300),
    "calls": (system_calls.main, 1),
    "full": (full_disk.main, 60),
    "damage": (damage.main, 240),
}


def main() -> int:
    """Run the parts named, print what each found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=list(PARTS))
    parser.add_argument("--runs", type=int, help="how often, where a part has a number")
    given = parser.parse_args()
    well = [work(given.runs or often) for work, often in map(PARTS.__getitem__, given.parts)]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
