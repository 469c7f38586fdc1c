"""Checks a folder of definitions that others have written and run on AWS, and prints the share of false alarms.

What is published is meant to work: each error that the check finds there is looked at. Those that are right, because
AWS refuses the definition, too, are named by ``--right``; every other one is a false alarm.

Usage: ``python benchmarks/foreign_definitions.py FOLDER [--right FILE[#LogicalId] ...]``, as after
``git clone --depth 1 https://github.com/aws-samples/step-functions-workflows-collection FOLDER``
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
# In place of this file's folder, for a checkout that is not installed.
sys.path[0] = str(ROOT / "rules")


def main() -> int:
    """Prints the findings and the figure; returns 1 where there is a false alarm."""
    from sagemaker_rules.check.command import Report, files

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--right", nargs="*", default=[], metavar="FILE", help="files of which every finding is right")
    options = parser.parse_args()
    report = Report()
    for path, _ in files([str(options.folder)]):
        report.add(path, was_named=False)
    errors = [each for each in report.found if not each.finding.is_warning]
    labels = {each.label: str(Path(each.label).relative_to(options.folder)) for each in report.found}
    for each in errors:
        verdict = "right" if labels[each.label] in options.right else "false?"
        print(f"{verdict}: {labels[each.label]}: {each.finding}")
    wrong = {each.label for each in errors if labels[each.label] not in options.right}
    warnings = Counter(each.finding.rule for each in report.found if each.finding.is_warning)
    print(f"warnings: {', '.join(f'{rule} {count}' for rule, count in warnings.most_common()) or 'none'}")
    checked = report.machines + report.pipelines
    share = len(wrong) / checked if checked else 0
    print(f"{checked} definitions checked, {report.unreadable} not; {len(wrong)} with a false alarm: {share:.2%}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
