"""Writes a set: ``python -m benchmarks.dedupsets --language de --seed 5 --out DIR [--hard]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.dedupsets.foreign import texts
from benchmarks.dedupsets.further_operations import OPERATIONS
from benchmarks.dedupsets.making import SETS, make


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=SETS, required=True, help="or the name of a set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--hard", action="store_true", help="operations go further")
    parser.add_argument(
        "--texts", type=Path, action="append", default=[], help="a folder of extraction cases"
    )
    parser.add_argument(
        "--exclude", type=Path, action="append", default=[], help="a set that has some of these"
    )
    args = parser.parse_args()
    wanted = "en" if args.language in OPERATIONS else args.language
    more = texts(args.texts, wanted, args.exclude)
    make(args.language, args.seed, args.out, hard=args.hard, texts=more)
    print(f"{args.out}: set {args.language}, seed {args.seed}, {len(more)} texts of others")


if __name__ == "__main__":
    main()
