"""Numbers with a unit behind them: what a dose, a range or a measurement ends in, so that it is no identifier."""

import re

UNIT = re.compile(
    r"\s?(?:%|°|/(?:min|kg|h|hr|hour|day|L|l|uL|mcL|mm3|hpf|dL)\b|x\s?10|"
    r"(?:mg|mcg|ug|µg|μg|ng|pg|g|kg|gm|grams?|ml|mls|mL|cc|dl|dL|fL|l|L|litres?|liters?|mmol|nmol|umol|µmol|mol|"
    r"mEq|meq|mOsm|units?|u|U|IU|iu|mIU|bpm|mins?|minutes?|h|hrs?|hours?|s|secs?|seconds?|ms|msec|"
    r"mmHg|mm\s?Hg|cmH2O|cm|mm|m|metres?|meters?|miles?|km|ft|J|joules?|kPa|Hz|kV|mA|V|mV|cells|copies|"
    r"k|K|C|F|Fr|French|G|gauge|bar|psi|rpm|kcal|cal|days?|d|wks?|weeks?|months?|mo|mths?|y|yrs?|years?|"
    r"tablets?|tabs?|caps(?:ules)?|puffs?|drops?|amps?|ampoules?|doses?|times|beats|breaths|points?|lbs?|oz|stone|"
    r"patients?|people|cases|USD|EUR|dollars|pounds)(?![\w]))"
)


def is_quantity(text: str, end: int) -> bool:
    """Whether the number that ends at ``end`` is followed by a unit."""
    return UNIT.match(text, end) is not None
