"""What does abspc, of Aneurin Bevan University Health Board, make of these series? Each is read from standard input as a list of
numbers; lines, rules and verdicts go to standard output."""

import importlib.util
import json
import sys
import types

# The package itself draws, and would load a drawing library for that.
spec = importlib.util.find_spec("abspc")
package = types.ModuleType("abspc")
package.__path__ = list(spec.submodule_search_locations)
sys.modules["abspc"] = package

import pandas as pd  # noqa: E402
from abspc import spc  # noqa: E402

LINES = ("mean", "lcl", "lwl", "uwl", "ucl")
RULES = {"outside": "rule1", "shift": "rule2", "trend": "rule3", "two of three": "rule4"}


def judged(kind, values, target):
    result = spc.calculate_control_limits(pd.DataFrame({"value": [float(value) for value in values]}), kind)
    result = spc.detect_special_causes(result)
    told = {line: float(result[line].iloc[-1]) for line in LINES}
    told["rules"] = {name: [bool(it) for it in result[rule]] for name, rule in RULES.items()}
    for better in ("low", "high"):
        told[better] = [
            spc.determine_variation_type(result, improvement_direction=better),
            spc.determine_assurance_type(result, target, better),
        ]
    return told


json.dump([judged(*one) for one in json.load(sys.stdin)], sys.stdout)
