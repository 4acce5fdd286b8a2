"""Measure something, on data of its own: `bench subsidy --size 1000`, `bench pages --json`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from incubator.bench.frame import Outcome, machine
from incubator.bench.measures import MEASURES


class Command(BaseCommand):
    help = "Measure on a scratch database that is made and dropped. Prints medians, statements, ratio, exponent and load."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(MEASURES), help="what to measure")
        parser.add_argument("--size", type=int, help="how many rows, lines or starts; each measure has its own default")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        measure, default = MEASURES[options["name"]]
        size = options["size"] or default
        quiet = options["json"]
        found = measure(max(size, 1), lambda text: None if quiet else self.stderr.write(f"… {text}"))
        if quiet:
            self.stdout.write(json.dumps({"machine": machine(), "outcomes": [one.as_json() for one in found]}, ensure_ascii=False, indent=1))
            return
        self.stdout.write("Machine: " + ", ".join(f"{key} {value}" for key, value in machine().items()))
        for one in found:
            self.stdout.write("\n".join(lines_of(one)))


def lines_of(one: Outcome) -> list[str]:
    """One outcome as people read it."""
    lines = [f"{one.what}, {one.size}" + ("  NOISY: the machine was busy, the times say little" if one.noisy else "")]
    lines += [
        f"  {side['name']:<28} median {side['median_s']:.4f} s, {side['min_s']:.4f} to {side['max_s']:.4f}; {side['statements']} statements"
        for side in one.sides
    ]
    if one.ratio is not None:
        goal = "" if one.goal is None else f" (goal: at most {one.goal}; {'reached' if one.reached else 'missed'})"
        lines.append(f"  ratio {one.ratio}{goal}")
    if one.exponent is not None:
        lines.append(f"  exponent {one.exponent}")
    lines += [f"  {key}: {value}" for key, value in one.facts.items()]
    lines.append(f"  memory +{one.memory_mb} MB, load {one.load}")
    return lines
