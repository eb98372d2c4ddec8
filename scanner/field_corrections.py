"""What people typed for the fields of forms, laid over what was read: a field means again what its template says."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.corrections import Correction, overlap, scale_box, type_line
from scanner.problems import to_problems
from scanner.reading import REFUSED, Field, Line, Reading
from scanner.rulebook import FormRules, Rulebook

SURE = 1.0
"""The confidence of what a person typed (0..1)."""


def lay_over_fields(reading: Reading, corrections: Iterable[Correction], rulebook: Rulebook) -> Reading:
    """Return a form's reading with what people typed in place of what was read.

    A correction belongs to the field of its name, or, when it was made before the form had a template, to the one in
    whose box it lies. What belongs to no field is left out: the form does not ask for it. Sums are added up again.
    """
    rules = rulebook.find(reading.template)
    fields = list(reading.fields)
    lines = [None if field.line is None else reading.lines[field.line] for field in fields]
    for correction in corrections:
        place = find_field(reading, correction)
        if place is not None:
            fields[place], lines[place] = _type_field(fields[place], lines[place], correction.text, rules)
    settled = _number_lines(_check_sums(fields, rules), lines)
    said = set(to_problems(reading.fields))
    kept = tuple(problem for problem in reading.problems if problem not in said)
    problems = kept + to_problems([field for field in settled if field.read is None])
    return replace(reading, fields=settled, lines=tuple(line for line in lines if line), problems=problems)


def find_field(reading: Reading, correction: Correction) -> int | None:
    """Return which field of a form a correction is about; None where there is none any more."""
    if correction.field:
        return next((place for place, field in enumerate(reading.fields) if field.name == correction.field), None)
    box = scale_box(correction, reading)
    there = [place for place, field in enumerate(reading.fields) if overlap(field.box, box)]
    return there[0] if len(there) == 1 else None


def _type_field(field: Field, line: Line | None, text: str, rules: FormRules) -> tuple[Field, Line | None]:
    """Return a field as a person typed it, with its digits. text: with marks."""
    typed = type_line(line or Line((), 0.0, field.box), text)
    constraint = rules.constraints.get(field.name)
    reason = constraint.explain_typed(typed.text, typed.marks) if constraint else ""
    value = constraint.to_value(typed.text) if constraint else typed.text
    read = field.text if field.read is None else field.read
    changed = replace(field, text=typed.text, value=value, confidence=SURE, valid=not reason, reason=reason, read=read)
    return changed, typed if typed.digits else None


def _check_sums(fields: Sequence[Field], rules: FormRules) -> list[Field]:
    """Return the fields, those of each sum valid when it is true, and not when it is wrong."""
    from scanner.constraint import to_number  # imported here: most forms have no correction, and most runs no form

    checked = {field.name: field for field in fields}
    for each in rules.list_sums():
        names = [each.total, *each.parts]
        if not all(name in checked and REFUSED not in checked[name].text for name in names):
            continue
        total, *parts = (to_number(checked[name].text, rules.constraints[name].spec) for name in names)
        reason = "" if total == sum(parts) else f"the sum {each} is wrong"
        for name in names:
            field = checked[name]
            if not field.reason or field.reason == f"the sum {each} is wrong":
                checked[name] = replace(field, valid=not reason, reason=reason)
    return list(checked.values())


def _number_lines(fields: Sequence[Field], lines: Sequence[Line | None]) -> tuple[Field, ...]:
    """Return the fields with the numbers of their lines, of which some may have gone or come."""
    count = 0
    numbered = []
    for field, line in zip(fields, lines, strict=True):
        numbered.append(replace(field, line=None if line is None else count))
        count += line is not None
    return tuple(numbered)
