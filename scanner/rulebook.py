"""What a run knows of its fields, kept with its results: they are reviewed when its templates may be gone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scanner.knowledge import Knowledge

if TYPE_CHECKING:
    from scanner.constraint import Constraint
    from scanner.template import Sum


@dataclass(frozen=True)
class FormRules:
    """The rules of one template, as it was when the run began; those of regions make one without a name."""

    name: str
    """The template's."""
    pages: int
    """How many pages the form has."""
    fields: Mapping[str, Any]
    """What the template says of each field that is read, by its name, as TOML and JSON have it."""
    sums: Sequence[Sequence[str]]
    """Names of fields: a total and its parts."""

    @cached_property
    def constraints(self) -> "Mapping[str, Constraint]":
        """The rules of each field, ready to be asked."""
        from scanner.constraint import Constraint  # imported here: pydantic takes a while, and few runs need it
        from scanner.template import FieldSpec

        return {name: Constraint(FieldSpec.model_validate(said)) for name, said in self.fields.items()}

    def list_sums(self) -> "list[Sum]":
        """Return the sums, which tell themselves as the template does."""
        from scanner.template import Sum

        return [Sum(total=total, parts=tuple(parts)) for total, *parts in self.sums]


@dataclass(frozen=True)
class Rulebook:
    """The rules of all fields of a run; as it is made, there is none."""

    forms: tuple[FormRules, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields that are read, of all templates, in their order."""
        return tuple(dict.fromkeys(name for form in self.forms for name in form.fields))

    @property
    def pages(self) -> Mapping[str, int]:
        """How many pages each template has, by its name."""
        return {form.name: form.pages for form in self.forms if form.name}

    def find(self, template: str) -> FormRules:
        """Return the rules of a template; of one that is not known, none."""
        return next((form for form in self.forms if form.name == template), FormRules(template, 1, {}, ()))

    def to_json(self) -> str:
        """Return the rules as text."""
        return json.dumps([[form.name, form.pages, form.fields, form.sums] for form in self.forms])


def from_json(text: str) -> Rulebook:
    """Return the rules that `Rulebook.to_json` wrote."""
    return Rulebook(tuple(FormRules(*form) for form in json.loads(text)))


def describe_rules(knowledge: Knowledge) -> Rulebook:
    """Return the rules of what is known beforehand. Raises TemplateError."""
    if not knowledge.templates:
        said = {"length": list(knowledge.length) if knowledge.length else None, "pattern": knowledge.pattern}
        rules = {key: value for key, value in said.items() if value is not None}
        regions = {each.name: {"box": [each.x, each.y, each.width, each.height], **rules} for each in knowledge.regions}
        return Rulebook((FormRules("", 1, regions, ()),) if regions else ())
    from scanner.form import get_form  # imported here: most runs need no template
    from scanner.template import Kind

    forms = [get_form(source) for source in knowledge.templates]
    return Rulebook(
        tuple(
            FormRules(
                form.name,
                len(form.pages),
                {name: form.fields[name] for name, spec in form.template.fields.items() if spec.kind != Kind.CHECKBOX},
                tuple((each.total, *each.parts) for each in form.template.sums),
            )
            for form in forms
        )
    )
